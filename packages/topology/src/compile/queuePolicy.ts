import {
    type AppliesTo,
    exactly,
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
 * Patterns name one object each, so no two of these policies ever meet. The precedence leaves room between them: an operator's
 * emergency policy can be put above or below a whole kind of queue.
 */
const precedence: Readonly<Record<QueuePurpose | "plain" | "exchange", number>> = {
    exchange: 10,
    plain: 15,
    transient: 20,
    commands: 30,
    requests: 40,
    work: 50,
    delay: 60,
    parking: 70,
};

/**
 * The one policy of a queue: its pattern is the queue's exact name, and it looks at queues of its type only.
 * @param definition whoever writes it with a spread begins with a plain key: V8 then gives all of one shape, and reading a key of thousands is ten times as fast
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
        pattern: exactly(name),
        applyTo: kindOf[type],
        precedence: precedence[purpose],
        definition,
    };
}

/** The one policy of an exchange. */
export function exchangePolicy(vhost: string, name: string, definition: PolicyDefinition): Policy {
    return {
        vhost,
        name: `exchange.${name}`,
        pattern: exactly(name),
        applyTo: "exchanges",
        precedence: precedence.exchange,
        definition,
    };
}
