import type { BrokerVersion, QueueType } from "../model/index.js";

/** How a setting can be given to the broker. */
export type SettableBy = "policy" | "argument";

/** One thing that not every supported version or queue type can do. */
export interface Capability {
    readonly since: BrokerVersion;
    /** The first version that no longer has it. */
    readonly until?: BrokerVersion;
    readonly queueTypes: readonly QueueType[];
    readonly settableBy: readonly SettableBy[];
    /** Where the rule is written down. */
    readonly source: string;
}

const all: readonly QueueType[] = ["classic", "quorum", "stream"];
const bounded: readonly QueueType[] = ["classic", "quorum"];
const everywhere: readonly SettableBy[] = ["policy", "argument"];
const policiesPage = "https://www.rabbitmq.com/docs/policies";
const quorumPage = "https://www.rabbitmq.com/docs/quorum-queues";
const streamPage = "https://www.rabbitmq.com/docs/streams";

function capability(
    queueTypes: readonly QueueType[],
    source: string,
    rest: Partial<Omit<Capability, "queueTypes" | "source">> = {},
): Capability {
    return { since: "4.0", queueTypes, settableBy: everywhere, source, ...rest };
}

/**
 * The queue settings that spot or a foreign topology may use, keyed as a policy spells them (an argument has `x-` before it).
 * A policy with one key that a queue's type lacks does not apply to that queue at all.
 * @see https://www.rabbitmq.com/docs/policies
 */
export const queueSettings: Readonly<Record<string, Capability>> = {
    "message-ttl": capability(bounded, "https://www.rabbitmq.com/docs/ttl"),
    expires: capability(bounded, "https://www.rabbitmq.com/docs/ttl#queue-ttl"),
    "max-length": capability(bounded, "https://www.rabbitmq.com/docs/maxlength"),
    "max-length-bytes": capability(all, "https://www.rabbitmq.com/docs/maxlength"),
    overflow: capability(bounded, "https://www.rabbitmq.com/docs/maxlength#overflow-behaviour"),
    "dead-letter-exchange": capability(bounded, "https://www.rabbitmq.com/docs/dlx"),
    "dead-letter-routing-key": capability(bounded, "https://www.rabbitmq.com/docs/dlx#routing"),
    "dead-letter-strategy": capability(["quorum"], `${quorumPage}#dead-lettering`),
    "delivery-limit": capability(["quorum"], `${quorumPage}#poison-message-handling`),
    "delayed-retry-type": capability(["quorum"], `${quorumPage}#delayed-retry`, { since: "4.3" }),
    "delayed-retry-min": capability(["quorum"], `${quorumPage}#delayed-retry`, { since: "4.3" }),
    "delayed-retry-max": capability(["quorum"], `${quorumPage}#delayed-retry`, { since: "4.3" }),
    "consumer-timeout": capability(
        ["quorum"],
        "https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout",
    ),
    "queue-leader-locator": capability(all, "https://www.rabbitmq.com/docs/clustering#replica-placement"),
    "target-group-size": capability(["quorum"], `${quorumPage}#replica-reconciliation`),
    "max-age": capability(["stream"], `${streamPage}#retention`),
    "stream-max-segment-size-bytes": capability(["stream"], `${streamPage}#declaring`),
    "stream-filter-size-bytes": capability(["stream"], `${streamPage}#filtering`),
    "federation-upstream": capability(bounded, policiesPage, { settableBy: ["policy"] }),
    "federation-upstream-set": capability(bounded, policiesPage, { settableBy: ["policy"] }),
    "max-priority": capability(["classic"], "https://www.rabbitmq.com/docs/priority", {
        settableBy: ["argument"],
    }),
    "single-active-consumer": capability(
        bounded,
        "https://www.rabbitmq.com/docs/consumers#single-active-consumer",
        { settableBy: ["argument"] },
    ),
    "quorum-initial-group-size": capability(["quorum"], quorumPage, { settableBy: ["argument"] }),
    "queue-mode": capability(["classic"], "https://www.rabbitmq.com/docs/lazy-queues", { until: "4.3" }),
};

/** What the compiler chooses by. */
export interface BrokerFeatures {
    /** Whether a quorum queue can hold back a rejected message by itself. */
    readonly delayedRetry: boolean;
    /** Whether a policy can bound how long a consumer may hold a message. */
    readonly consumerTimeout: boolean;
    /** The AMQP priorities that keep urgent messages ahead of normal ones in a quorum queue. */
    readonly priorities: { readonly normal: number; readonly urgent: number };
}

/**
 * Priorities: until 4.2 a quorum queue knows two levels, up to 4 and above, served 2:1; from 4.3 on it serves 32 levels strictly in
 * order, and an unset priority counts as 4. So 4 and 8 mean the same wish everywhere.
 * @see https://www.rabbitmq.com/docs/quorum-queues#priorities
 */
export function featuresOf(version: BrokerVersion): BrokerFeatures {
    const delayedRetry = version === "4.3";
    return { delayedRetry, consumerTimeout: delayedRetry, priorities: { normal: 4, urgent: 8 } };
}
