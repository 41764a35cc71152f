import type { BrokerFeatures } from "../broker/features.ts";
import { defaultSegmentSize } from "../broker/streamSegment.ts";
import type {
    CommandQueue,
    ParkingQueue,
    RequestQueue,
    TransientQueue,
} from "../declare/queueDeclaration.ts";
import { type Bytes, type Policy, type QueueType, queue, times } from "../model/index.ts";
import { argumentsOf, bindingsOf, type CompiledQueue } from "./compiledQueue.ts";
import { boundOf, parkingQueue } from "./parkingQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

type SingleQueue = TransientQueue | RequestQueue | CommandQueue | ParkingQueue;

/** A queue without a dead-letter queue and delay queues: one queue, its bindings, its policy. */
export function compileSingleQueue(
    vhost: string,
    declared: SingleQueue,
    features: BrokerFeatures,
): CompiledQueue {
    const { name, purpose, retain } = declared;
    const bindings = bindingsOf(vhost, declared);
    const args = "singleActiveConsumer" in declared ? argumentsOf(declared) : {};
    const only = (type: QueueType, policy: Policy): CompiledQueue => ({
        queues: [queue(vhost, name, type, { retain, purpose, arguments: args })],
        bindings,
        policies: [policy],
    });
    const policyOf = (type: QueueType, definition: Policy["definition"]): Policy =>
        queuePolicy(vhost, name, type, purpose, definition);

    switch (declared.purpose) {
        case "parking":
            return { ...parkingQueue(vhost, declared), bindings };
        case "transient":
            // Classic, because these messages need no replica and no fsync. Still durable, because RabbitMQ 4.3 refuses non-durable queues.
            return only(
                "classic",
                policyOf("classic", {
                    ...boundOf(declared.bound),
                    "message-ttl": declared.ttl,
                    overflow: "drop-head",
                }),
            );
        case "requests":
            // Quorum, so that requests are answered while a node is down. No dead-lettering: the caller of an expired or failed request has
            // already received an error or timed out, so processing it later is useless.
            return only(
                "quorum",
                policyOf("quorum", {
                    ...boundOf(declared.bound),
                    "message-ttl": declared.timeout,
                    overflow: "reject-publish",
                    "delivery-limit": 2,
                    "queue-leader-locator": "balanced",
                    ...(features.consumerTimeout && { "consumer-timeout": times(declared.jobLimit, 2) }),
                }),
            );
        case "commands":
            // A stream: every replica reads every command. A restarted replica reads them again, so a pause survives the restart.
            return only(
                "stream",
                policyOf("stream", {
                    "max-age": `${declared.retention / 1_000}s`,
                    "max-length-bytes": declared.bound.size,
                    "stream-max-segment-size-bytes": segmentSize(declared.bound.size),
                    "queue-leader-locator": "balanced",
                }),
            );
    }
}

/**
 * A stream deletes whole segments and keeps its last one, so its bounds apply only to segments that are much smaller. Without this, 16 MiB of a
 * stream with the default segments of 500 MB grow to 120 MB and more; with segments of 4 MiB they are 14 MB (measured on 4.3.6).
 */
function segmentSize(bound: Bytes): Bytes {
    return Math.min(Math.max(Math.floor(bound / 4), 1), defaultSegmentSize) as Bytes; // still a size in bytes
}
