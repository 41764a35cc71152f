import {
    bytes,
    duration,
    exactly,
    type Policy,
    type PolicyDefinition,
    type Queue,
    type QueueType,
    queueTypes,
} from "../model/index.ts";
import { kindOf } from "./queuePolicy.ts";

/**
 * What somebody else's queue may take at least, so that no ordinary edit of ours moves a cap: far above what is declared, and far below what
 * raises an alarm. An operator policy's number counts where it is the smaller one.
 */
const room: Readonly<Record<QueueType, PolicyDefinition>> = {
    classic: {
        "max-length": 100_000,
        "max-length-bytes": bytes("256 MiB"),
        "message-ttl": duration("1 hour"),
    },
    quorum: { "max-length": 500_000, "max-length-bytes": bytes("8 GiB") },
    stream: { "max-length-bytes": bytes("8 GiB") },
};

/**
 * Operator policies for what another user declares in the virtual host, one for each type of queue that is in use.
 *
 * A cap never changes a queue of ours: it is raised to the most generous of them, and leaves a key out that one of them leaves out, which the
 * broker would add to that queue. That is why nothing caps deliveries: parked messages may be looked at as often as somebody likes, and
 * quorum queues of others give up after 20 anyway.
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
            .map((each) => ({ ...limitsByArgument(each), ...definitions.get(exactly(each.name)) }));
        const definition = own.length === 0 ? {} : capOf(room[type], own);
        return Object.keys(definition).length === 0 ? [] : [cap(vhost, type, definition)];
    });
}

/** Arguments of a plain queue, keyed as a policy spells them. */
function limitsByArgument({ arguments: args }: Queue): PolicyDefinition {
    return Object.fromEntries(Object.entries(args).map(([key, value]) => [key.replace(/^x-/u, ""), value]));
}

function cap(vhost: string, type: QueueType, definition: PolicyDefinition): Policy {
    // The lowest of precedences: whatever an operator sets in an emergency counts instead.
    return { vhost, name: `cap.${type}`, pattern: ".*", applyTo: kindOf[type], precedence: 0, definition };
}

function capOf(least: PolicyDefinition, own: readonly PolicyDefinition[]): PolicyDefinition {
    const caps = Object.entries(least).flatMap(([key, value]) => {
        const values = [value, ...own.map((definition) => definition[key])];
        const numbers = values.filter((each) => typeof each === "number");
        return numbers.length < values.length ? [] : [[key, Math.max(...numbers)] as const];
    });
    return Object.fromEntries(caps);
}
