import type { QueueType } from "../model/index.ts";
import type { Capability, SettableBy } from "./capability.ts";

export type { Absence, Capability, Precedence, SettableBy, Subject } from "./capability.ts";

const site = "https://www.rabbitmq.com/docs";
const notes = "https://github.com/rabbitmq/rabbitmq-server/releases/tag";
const all: readonly QueueType[] = ["classic", "quorum", "stream"];
const bounded: readonly QueueType[] = ["classic", "quorum"];
const quorum: readonly QueueType[] = ["quorum"];
const stream: readonly QueueType[] = ["stream"];
const anyWay: readonly SettableBy[] = ["policy", "argument"];
const capped: readonly SettableBy[] = ["policy", "operator policy", "argument"];

/** A queue setting. By default, policies and arguments can set it and the argument wins; `rest` overrides this. */
function setting(
    queueTypes: readonly QueueType[],
    summary: string,
    page: string,
    rest: Partial<Omit<Capability, "queueTypes" | "source" | "summary">> = {},
): Capability {
    const base = { subject: "queue", since: "4.0", settableBy: anyWay, dropsPolicyOf: [] } as const;
    return { ...base, precedence: "argument", queueTypes, summary, source: `${site}/${page}`, ...rest };
}

/** A behaviour of the broker in some versions. */
function behaviour(
    summary: string,
    source: string,
    rest: Partial<Omit<Capability, "source" | "summary">> = {},
): Capability {
    return {
        subject: "broker",
        since: "4.0",
        queueTypes: [],
        settableBy: [],
        dropsPolicyOf: [],
        precedence: "policy",
        summary,
        source,
        ...rest,
    };
}

/** A limit: the smallest value of policy, operator policy and argument is effective. */
const smallest = { settableBy: capped, precedence: "minimum", operatorPrecedence: "minimum" } as const;
const notForStreams = { dropsPolicyOf: stream } as const;
const onlyStreams = { precedence: "policy", dropsPolicyOf: bounded } as const;
const onlyQuorum = { dropsPolicyOf: ["classic", "stream"] } as const;
const byArgument = { settableBy: ["argument"] } as const;

/**
 * Every setting and behaviour that differs between supported versions, queue types or ways to set it. The keys are policy keys (an argument
 * has the prefix `x-`). The compiler, the resolver of effective settings and the checks read only this table. Tests in tests/broker/oracle
 * compare `dropsPolicyOf` and the precedences with real brokers of the oldest and newest version.
 * @see https://www.rabbitmq.com/docs/policies
 */
export const capabilities = {
    "message-ttl": setting(bounded, "Messages expire after this many milliseconds.", "ttl", {
        ...smallest,
        ...notForStreams,
    }),
    expires: setting(
        bounded,
        "An unused queue is deleted with its messages after this many milliseconds.",
        "ttl#queue-ttl",
        {
            ...smallest,
            ...notForStreams,
        },
    ),
    "max-length": setting(bounded, "Limits the number of ready messages.", "maxlength", {
        ...smallest,
        ...notForStreams,
    }),
    "max-length-bytes": setting(
        all,
        "Limits the total size of ready message bodies, or of a stream's log.",
        "maxlength",
        {
            ...smallest,
            precedence: { classic: "minimum", quorum: "minimum", stream: "policy" },
        },
    ),
    "max-in-memory-length": setting(
        [],
        "Without effect: no queue type keeps messages in memory.",
        "maxlength",
        {
            ...smallest,
            ...onlyQuorum,
            argumentTypes: quorum,
        },
    ),
    "max-in-memory-bytes": setting(
        [],
        "Without effect: no queue type keeps messages in memory.",
        "maxlength",
        {
            ...smallest,
            ...onlyQuorum,
            argumentTypes: quorum,
        },
    ),
    overflow: setting(
        bounded,
        "Whether a full queue drops messages or rejects publishes.",
        "maxlength#overflow-behaviour",
        {
            ...notForStreams,
            settableBy: capped,
            precedence: { classic: "argument", quorum: "policy", stream: "policy" },
            default: "drop-head",
        },
    ),
    "dead-letter-exchange": setting(
        bounded,
        "The exchange that receives dead letters.",
        "dlx",
        notForStreams,
    ),
    "dead-letter-routing-key": setting(
        bounded,
        "The routing key of dead letters; refused as an argument without a dead-letter exchange.",
        "dlx#routing",
        notForStreams,
    ),
    "dead-letter-strategy": setting(
        quorum,
        "Whether dead letters are delivered at most once or at least once.",
        "quorum-queues#dead-lettering",
        {
            ...onlyQuorum,
            default: "at-most-once",
        },
    ),
    "delivery-limit": setting(
        quorum,
        "The number of redeliveries before a message is dropped or dead-lettered.",
        "quorum-queues#poison-message-handling",
        {
            ...onlyQuorum,
            settableBy: capped,
            precedence: "limit",
            operatorPrecedence: "limit",
            default: 20,
        },
    ),
    // Policies with these keys are accepted from 4.3.1 on, arguments from 4.3.0 on.
    "delayed-retry-type": setting(
        quorum,
        "Which returned messages are redelivered with a delay.",
        "quorum-queues#delayed-retry",
        {
            since: "4.3",
            settableBy: capped,
            precedence: "policy",
            default: "disabled",
        },
    ),
    "delayed-retry-min": setting(
        quorum,
        "The shortest retry delay in milliseconds.",
        "quorum-queues#delayed-retry",
        {
            since: "4.3",
            settableBy: capped,
            precedence: "minimum",
            operatorPrecedence: "maximum",
        },
    ),
    "delayed-retry-max": setting(
        quorum,
        "The longest retry delay in milliseconds.",
        "quorum-queues#delayed-retry",
        {
            ...smallest,
            since: "4.3",
        },
    ),
    // Up to 4.2 the channel enforces it for every queue type; from 4.3 on only quorum queues do.
    "consumer-timeout": setting(
        quorum,
        "How long a consumer may hold a message without acknowledging it, in milliseconds.",
        "consumers#acknowledgement-timeout",
        {
            precedence: "minimum",
            settableBy: ["policy", "argument", "configuration"],
            earlier: { before: "4.3", queueTypes: all },
            default: 1_800_000,
        },
    ),
    "consumer-disconnected-timeout": setting(
        quorum,
        "How long messages stay with a consumer whose node is disconnected, in milliseconds.",
        "quorum-queues",
        {
            since: "4.3",
            precedence: "minimum",
            settableBy: ["policy", "argument", "configuration"],
            default: 60_000,
        },
    ),
    "queue-leader-locator": setting(
        all,
        "How the node for the leader of a new queue is chosen.",
        "clustering#replica-placement",
        {
            settableBy: ["policy", "argument", "configuration"],
            precedence: "policy",
            default: "client-local",
        },
    ),
    "queue-master-locator": setting(
        ["classic"],
        "The old name of queue-leader-locator.",
        "deprecated-features",
        {
            settableBy: capped,
            precedence: "policy",
            dropsPolicyOf: ["quorum", "stream"],
            until: "4.3",
            absence: "refused",
        },
    ),
    "target-group-size": setting(
        quorum,
        "The number of replicas that the queue grows to.",
        "quorum-queues#replica-reconciliation",
        {
            ...onlyQuorum,
            settableBy: capped,
            argument: "x-quorum-target-group-size",
            argumentTypes: all,
            precedence: "maximum",
            operatorPrecedence: "maximum",
        },
    ),
    "max-age": setting(stream, "The maximum age of a stream's messages.", "streams#retention", onlyStreams),
    "stream-max-segment-size-bytes": setting(
        stream,
        "The maximum size of a stream's segment files; applies only when the stream is declared.",
        "streams#declaring",
        onlyStreams,
    ),
    "stream-filter-size-bytes": setting(
        stream,
        "The size of a chunk's filter; applies only when the stream is declared.",
        "streams#filtering",
        {
            precedence: "policy",
            // Before 4.3 no queue type knew the argument, so none refused it.
            earlier: { before: "4.3", argumentTypes: all },
        },
    ),
    "initial-cluster-size": setting(stream, "The initial number of replicas.", "streams", onlyStreams),
    "queue-version": setting(
        ["classic"],
        "The storage version of classic queues; 4.3 supports only 2.",
        "classic-queues",
        {
            settableBy: capped,
        },
    ),
    "queue-mode": setting(
        ["classic"],
        "Without effect: classic queues always write messages to disk.",
        "lazy-queues",
        {
            dropsPolicyOf: ["quorum", "stream"],
            until: "4.3",
            absence: "ignored",
        },
    ),
    "federation-upstream": setting(bounded, "The upstream to federate with.", "federation", {
        settableBy: ["policy"],
    }),
    "federation-upstream-set": setting(bounded, "The upstreams to federate with.", "federation", {
        settableBy: ["policy"],
    }),
    "federation-upstream-pattern": setting(bounded, "The upstreams to federate with.", "federation", {
        settableBy: ["policy"],
    }),
    "max-priority": setting(["classic"], "The number of priorities of the queue.", "priority", byArgument),
    "single-active-consumer": setting(
        bounded,
        "Delivers to one consumer at a time; the others are standbys.",
        "consumers#single-active-consumer",
        byArgument,
    ),
    "quorum-initial-group-size": setting(
        quorum,
        "The initial number of replicas.",
        "quorum-queues",
        byArgument,
    ),
    "alternate-exchange": setting([], "The exchange that receives unroutable messages.", "ae", {
        subject: "exchange",
        argument: "alternate-exchange",
    }),
    "strict priorities": behaviour(
        "Quorum queues deliver 32 priorities in strict order; before, they had two levels, served 2:1.",
        `${site}/quorum-queues#priorities`,
        { since: "4.3", queueTypes: quorum, absence: "behaves differently" },
    ),
    "requeues uncounted": behaviour(
        "basic.nack with requeue does not count towards the delivery limit; before, every redelivery counted.",
        `${notes}/v4.3.0`,
        { since: "4.3", queueTypes: quorum, absence: "behaves differently" },
    ),
    "transient queues": behaviour(
        "Queues that are neither durable nor exclusive can be declared without enabling the deprecated feature.",
        `${notes}/v4.3.0`,
        { until: "4.3", queueTypes: ["classic"], absence: "refused" },
    ),
    "global prefetch": behaviour("A prefetch can apply to a whole channel (global QoS).", `${notes}/v4.3.0`, {
        until: "4.3",
        absence: "refused",
    }),
    "Mnesia store": behaviour("Metadata can be stored in Mnesia instead of Khepri.", `${notes}/v4.3.0`, {
        until: "4.3",
        absence: "behaves differently",
    }),
    "Khepri by default": behaviour(
        "A new cluster stores its metadata in Khepri, so a majority of its nodes must be available; an upgraded cluster keeps its metadata store.",
        `${notes}/v4.2.0`,
        { since: "4.2", absence: "behaves differently" },
    ),
    "replies without a requester": behaviour(
        "A mandatory reply to a disconnected requester counts as routed; before, it was returned to its sender.",
        `${notes}/v4.2.0`,
        { since: "4.2", absence: "behaves differently" },
    ),
    "transient without a header": behaviour(
        "An AMQP 1.0 message without a header is transient; before, it was durable.",
        `${notes}/v4.2.0`,
        { since: "4.2", absence: "behaves differently" },
    ),
    "AMQP frames under 8192 bytes": behaviour(
        "A client can negotiate frames smaller than 8192 bytes before it has logged in.",
        `${notes}/v4.1.0`,
        { until: "4.1", absence: "refused" },
    ),
} as const satisfies Readonly<Record<string, Capability>>;

/** The queue settings, by policy key. */
export const queueSettings = tableOf(([, { subject }]) => subject === "queue");

/** The exchange settings, by policy key. */
export const exchangeSettings = tableOf(
    ([key, { subject }]) => subject === "exchange" || key.startsWith("federation-"),
);

/** Without a prototype, because a policy may have a key such as "toString". */
function tableOf(
    belongs: (entry: readonly [string, Capability]) => boolean,
): Readonly<Record<string, Capability>> {
    const empty = Object.create(null) as Record<string, Capability>; // no prototype, no entries: any record's type fits
    return Object.assign(empty, Object.fromEntries(Object.entries<Capability>(capabilities).filter(belongs)));
}
