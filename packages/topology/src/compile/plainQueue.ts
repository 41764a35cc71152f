import type { BrokerFeatures } from "../broker/features.ts";
import {
    type CommandQueue,
    type Declaration,
    type ParkingQueue,
    type RequestQueue,
    type TransientQueue,
} from "../declare/declaration.ts";
import { binding, type Policy, type QueueType, queue, times } from "../model/index.ts";
import type { CompiledQueue } from "./compiledQueue.ts";
import { boundOf, parkingQueue } from "./parkingQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

type PlainQueue = TransientQueue | RequestQueue | CommandQueue | ParkingQueue;

/** A queue without dead letters and delays: one queue, its bindings, its policy. */
export function compilePlainQueue(
    plain: PlainQueue,
    declaration: Declaration,
    features: BrokerFeatures,
): CompiledQueue {
    const { vhost, retain } = declaration;
    const bindings = plain.sources.map((source) =>
        binding(vhost, source.exchange, plain.name, source.routingKey),
    );
    const only = (type: QueueType, policy: Policy): CompiledQueue => ({
        queues: [queue(vhost, plain.name, type, { retain, purpose: plain.purpose })],
        bindings,
        policies: [policy],
    });
    const policyOf = (type: QueueType, definition: Policy["definition"]): Policy =>
        queuePolicy(vhost, plain.name, type, plain.purpose, definition);

    switch (plain.purpose) {
        case "parking":
            return { ...parkingQueue(declaration, plain), bindings };
        case "transient":
            // Classic: nothing here is worth a replica or an fsync. Durable all the same, since a transient queue is refused from 4.3 on.
            return only(
                "classic",
                policyOf("classic", {
                    ...boundOf(plain.bound),
                    "message-ttl": plain.ttl,
                    overflow: "drop-head",
                }),
            );
        case "requests":
            // Quorum, so that requests are answered while a node is down. No dead letters: a request that expired or failed has already
            // been answered with an error or given up by its caller, and doing it later would be work for nobody.
            return only(
                "quorum",
                policyOf("quorum", {
                    ...boundOf(plain.bound),
                    "message-ttl": plain.timeout,
                    overflow: "reject-publish",
                    "delivery-limit": 2,
                    "queue-leader-locator": "balanced",
                    ...(features.consumerTimeout && { "consumer-timeout": times(plain.jobLimit, 2) }),
                }),
            );
        case "commands":
            // A stream: every replica reads every command, and one that restarts reads them again, so that a pause outlives it.
            return only(
                "stream",
                policyOf("stream", {
                    "max-age": `${plain.retention / 1_000}s`,
                    "max-length-bytes": plain.bound.size,
                    "queue-leader-locator": "balanced",
                }),
            );
    }
}
