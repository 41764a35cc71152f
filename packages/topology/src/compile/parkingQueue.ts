import type { Bound } from "../declare/queueDeclaration.ts";
import { type PolicyDefinition, queue } from "../model/index.ts";
import type { CompiledQueue } from "./compiledQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

/** The policy keys of a bound. */
export function boundOf(bound: Bound): PolicyDefinition {
    return { "max-length": bound.messages, "max-length-bytes": bound.size };
}

/**
 * Parked messages wait for a person. The queue is replicated, has no TTL, and rejects messages instead of dropping them when it is full. Inspecting
 * and requeueing a message counts as a delivery, so the delivery limit is disabled: inspection must not lose a message.
 */
export function parkingQueue(
    vhost: string,
    { name, bound, retain }: { readonly name: string; readonly bound: Bound; readonly retain: boolean },
): CompiledQueue {
    return {
        queues: [queue(vhost, name, "quorum", { retain, purpose: "parking" })],
        bindings: [],
        policies: [
            queuePolicy(vhost, name, "quorum", "parking", {
                "queue-leader-locator": "balanced",
                ...boundOf(bound),
                overflow: "reject-publish",
                "delivery-limit": -1,
            }),
        ],
    };
}
