import type { QueueType } from "../model/index.ts";
import type { Capability, SettableBy } from "./capability.ts";

/** The documentation of RabbitMQ. */
export const site = "https://www.rabbitmq.com/docs";

/** The source code of RabbitMQ, by tag. */
export const sourceCode = "https://github.com/rabbitmq/rabbitmq-server/blob";

export const all: readonly QueueType[] = ["classic", "quorum", "stream"];
export const bounded: readonly QueueType[] = ["classic", "quorum"];
export const classic: readonly QueueType[] = ["classic"];
export const quorum: readonly QueueType[] = ["quorum"];
export const stream: readonly QueueType[] = ["stream"];
const anyWay: readonly SettableBy[] = ["policy", "argument"];
export const capped: readonly SettableBy[] = ["policy", "operator policy", "argument"];

/** A limit: the smallest value of policy, operator policy and argument is effective. */
export const smallest = { settableBy: capped, precedence: "minimum", operatorPrecedence: "minimum" } as const;
export const notForStreams = { dropsPolicyOf: stream } as const;
export const onlyStreams = { precedence: "policy", dropsPolicyOf: bounded } as const;
export const onlyQuorum = { dropsPolicyOf: ["classic", "stream"] } as const;
export const byArgument = { settableBy: ["argument"] } as const;

/**
 * A queue setting. By default every known version has it, policies and arguments can set it and the argument wins; `rest` overrides this.
 *
 * RabbitMQ 3.8 does not compare arguments with the queue's type, except for quorum queues and three arguments.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v3.8.35/deps/rabbit/src/rabbit_quorum_queue.erl check_invalid_arguments
 */
export function setting(
    queueTypes: readonly QueueType[],
    summary: string,
    page: string,
    rest: Partial<Omit<Capability, "queueTypes" | "source" | "summary">> = {},
): Capability {
    const base = { subject: "queue", since: "3.8", settableBy: anyWay, dropsPolicyOf: [] } as const;
    return {
        ...base,
        precedence: "argument",
        queueTypes,
        summary,
        source: `${site}/${page}`,
        ...rest,
        earlier: [
            ...(rest.earlier?.some(({ before }) => before === "3.9") === true
                ? []
                : [{ ...rest.earlier?.[0], before: "3.9", argumentTypes: all } as const]),
            ...(rest.earlier ?? []),
        ],
    };
}
