import type { Bound } from "../declare/queueDeclaration.ts";
import { type PolicyDefinition, queue } from "../model/index.ts";
import type { CompiledQueue } from "./compiledQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

/** How much a queue may hold, as a policy says it. */
export function boundOf(bound: Bound): PolicyDefinition {
    return { "max-length": bound.messages, "max-length-bytes": bound.size };
}

/**
 * Parked messages wait for a person: replicated, without TTL, refusing rather than dropping when full. Looking at a message and
 * putting it back counts as a delivery, so the broker's own limit of 20 is lifted: evidence must not vanish by being looked at.
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
