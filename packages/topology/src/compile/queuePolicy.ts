import {
    type AppliesTo,
    exactPattern,
    type Policy,
    type PolicyDefinition,
    type QueuePurpose,
    type QueueType,
} from "../model/index.ts";

export const kindOf: Readonly<Record<QueueType, AppliesTo>> = {
    classic: "classic_queues",
    quorum: "quorum_queues",
    stream: "streams",
};

/**
 * Each pattern matches one object, so no two of these policies match the same one. The gaps between precedences let an operator put an
 * emergency policy above or below all queues of a purpose.
 */
const precedence: Readonly<Record<QueuePurpose | "plain" | "exchange", number>> = {
    exchange: 10,
    plain: 15,
    transient: 20,
    commands: 30,
    replies: 35,
    requests: 40,
    work: 50,
    delay: 60,
    parking: 70,
};

/**
 * The policy of a queue: its pattern is the queue's exact name, and it applies only to queues of its type.
 * @param definition Performance: put a plain key before any spread, so that V8 gives all definitions the same hidden class (10 times faster to read)
 */
export function queuePolicy(
    vhost: string,
    name: string,
    type: QueueType,
    purpose: QueuePurpose | "plain",
    definition: PolicyDefinition,
): Policy {
    return {
        vhost,
        name: `queue.${name}`,
        pattern: exactPattern(name),
        applyTo: kindOf[type],
        precedence: precedence[purpose],
        definition,
    };
}

/** The policy of an exchange. */
export function exchangePolicy(vhost: string, name: string, definition: PolicyDefinition): Policy {
    return {
        vhost,
        name: `exchange.${name}`,
        pattern: exactPattern(name),
        applyTo: "exchanges",
        precedence: precedence.exchange,
        definition,
    };
}
