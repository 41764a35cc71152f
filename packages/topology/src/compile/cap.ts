import {
    bytes,
    duration,
    exactPattern,
    type Policy,
    type PolicyDefinition,
    type Queue,
    type QueueType,
    queueTypes,
} from "../model/index.ts";
import { kindOf } from "./queuePolicy.ts";

/**
 * The minimum limits for queues that other programs declare. They are far above the declared bounds, so that ordinary changes do not move them, and
 * far below what triggers an alarm. The broker uses an operator policy's number if it is the smaller one.
 */
const minLimits: Readonly<Record<QueueType, PolicyDefinition>> = {
    classic: {
        "max-length": 100_000,
        "max-length-bytes": bytes("256 MiB"),
        "message-ttl": duration("1 hour"),
    },
    quorum: { "max-length": 500_000, "max-length-bytes": bytes("8 GiB") },
    stream: { "max-length-bytes": bytes("8 GiB") },
};

/**
 * Operator policies for queues that other programs declare in the virtual host, one for each queue type in use.
 *
 * A cap never changes a declared queue: it is raised to the largest declared limit. If one declared queue lacks a key, the cap omits the key,
 * because the broker would add it to that queue. For this reason no cap limits deliveries: parked messages may be inspected any number of
 * times, and other quorum queues have the broker's delivery limit of 20.
 * @see https://www.rabbitmq.com/docs/policies#operator-policies
 */
export function capsOf(
    vhost: string,
    queues: readonly Queue[],
    policies: readonly Policy[],
): readonly Policy[] {
    const definitions = new Map(policies.map(({ pattern, definition }) => [pattern, definition]));
    return queueTypes.flatMap((type) => {
        const own = queues
            .filter((each) => each.type === type)
            .map((each) => ({ ...limitsByArgument(each), ...definitions.get(exactPattern(each.name)) }));
        const definition = own.length === 0 ? {} : capOf(minLimits[type], own);
        return Object.keys(definition).length === 0 ? [] : [cap(vhost, type, definition)];
    });
}

/** The arguments of a plain queue, by policy key. */
function limitsByArgument({ arguments: args }: Queue): PolicyDefinition {
    return Object.fromEntries(Object.entries(args).map(([key, value]) => [key.replace(/^x-/u, ""), value]));
}

function cap(vhost: string, type: QueueType, definition: PolicyDefinition): Policy {
    // The lowest precedence, so that any operator policy that an operator adds in an emergency applies instead.
    return { vhost, name: `cap.${type}`, pattern: ".*", applyTo: kindOf[type], precedence: 0, definition };
}

function capOf(minimum: PolicyDefinition, own: readonly PolicyDefinition[]): PolicyDefinition {
    const caps = Object.entries(minimum).flatMap(([key, value]) => {
        const values = [value, ...own.map((definition) => definition[key])];
        const numbers = values.filter((each) => typeof each === "number");
        return numbers.length < values.length ? [] : [[key, Math.max(...numbers)] as const];
    });
    return Object.fromEntries(caps);
}
