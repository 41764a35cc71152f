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

/** A queue setting; `rest` tells what differs from one that policies and arguments set, where the argument wins. */
function setting(
    queueTypes: readonly QueueType[],
    summary: string,
    page: string,
    rest: Partial<Omit<Capability, "queueTypes" | "source" | "summary">> = {},
): Capability {
    const base = { subject: "queue", since: "4.0", settableBy: anyWay, dropsPolicyOf: [] } as const;
    return { ...base, precedence: "argument", queueTypes, summary, source: `${site}/${page}`, ...rest };
}

/** Something that the broker does by itself in some versions. */
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

/** A cap: the smallest of policy, operator policy and argument counts. */
const smallest = { settableBy: capped, precedence: "minimum", operatorPrecedence: "minimum" } as const;
const notForStreams = { dropsPolicyOf: stream } as const;
const onlyStreams = { precedence: "policy", dropsPolicyOf: bounded } as const;
const onlyQuorum = { dropsPolicyOf: ["classic", "stream"] } as const;
const byArgument = { settableBy: ["argument"] } as const;

/**
 * Every setting and behaviour that differs between the supported versions, queue types or ways to give it; settings are keyed as a
 * policy spells them (an argument has `x-` before it). The compiler, the resolver of effective settings and the checks read this table
 * and no other. `dropsPolicyOf` and the precedences are compared with real brokers of both ends of the range in tests/broker/oracle.
 * @see https://www.rabbitmq.com/docs/policies
 */
export const capabilities = {
    "message-ttl": setting(bounded, "Messages expire after this many milliseconds.", "ttl", {
        ...smallest,
        ...notForStreams,
    }),
    expires: setting(bounded, "The unused queue is deleted, its messages with it.", "ttl#queue-ttl", {
        ...smallest,
        ...notForStreams,
    }),
    "max-length": setting(bounded, "Bounds the ready messages.", "maxlength", {
        ...smallest,
        ...notForStreams,
    }),
    "max-length-bytes": setting(all, "Bounds the bodies of ready messages, or a stream's log.", "maxlength", {
        ...smallest,
        precedence: { classic: "minimum", quorum: "minimum", stream: "policy" },
    }),
    "max-in-memory-length": setting([], "Without effect: no queue keeps messages in memory.", "maxlength", {
        ...smallest,
        ...onlyQuorum,
        argumentTypes: quorum,
    }),
    "max-in-memory-bytes": setting([], "Without effect: no queue keeps messages in memory.", "maxlength", {
        ...smallest,
        ...onlyQuorum,
        argumentTypes: quorum,
    }),
    overflow: setting(bounded, "What a full queue does.", "maxlength#overflow-behaviour", {
        ...notForStreams,
        settableBy: capped,
        precedence: { classic: "argument", quorum: "policy", stream: "policy" },
        default: "drop-head",
    }),
    "dead-letter-exchange": setting(bounded, "Where dead letters go.", "dlx", notForStreams),
    "dead-letter-routing-key": setting(
        bounded,
        "The key of dead letters; as an argument refused without an exchange beside it.",
        "dlx#routing",
        notForStreams,
    ),
    "dead-letter-strategy": setting(quorum, "How surely dead letters move.", "quorum-queues#dead-lettering", {
        ...onlyQuorum,
        default: "at-most-once",
    }),
    "delivery-limit": setting(quorum, "How often to redeliver.", "quorum-queues#poison-message-handling", {
        ...onlyQuorum,
        settableBy: capped,
        precedence: "limit",
        operatorPrecedence: "limit",
        default: 20,
    }),
    // Policies with these keys are accepted from 4.3.1 on, arguments from 4.3.0 on.
    "delayed-retry-type": setting(quorum, "Which returns are delayed.", "quorum-queues#delayed-retry", {
        since: "4.3",
        settableBy: capped,
        precedence: "policy",
        default: "disabled",
    }),
    "delayed-retry-min": setting(quorum, "The first delay in milliseconds.", "quorum-queues#delayed-retry", {
        since: "4.3",
        settableBy: capped,
        precedence: "minimum",
        operatorPrecedence: "maximum",
    }),
    "delayed-retry-max": setting(quorum, "The longest delay.", "quorum-queues#delayed-retry", {
        ...smallest,
        since: "4.3",
    }),
    // Until 4.2 the channel watches every consumer; from 4.3 on the quorum queue does, and nobody for the other types.
    "consumer-timeout": setting(
        quorum,
        "How long a consumer may hold a message.",
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
        "How long messages stay with a consumer whose node is gone.",
        "quorum-queues",
        {
            since: "4.3",
            precedence: "minimum",
            settableBy: ["policy", "argument", "configuration"],
            default: 60_000,
        },
    ),
    "queue-leader-locator": setting(all, "Which node leads a new queue.", "clustering#replica-placement", {
        settableBy: ["policy", "argument", "configuration"],
        precedence: "policy",
        default: "client-local",
    }),
    "queue-master-locator": setting(
        ["classic"],
        "The old name of the leader locator.",
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
        "How many replicas to grow to.",
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
    "max-age": setting(stream, "How old a stream's messages get.", "streams#retention", onlyStreams),
    "stream-max-segment-size-bytes": setting(
        stream,
        "How large a segment file gets, from declaration on.",
        "streams#declaring",
        onlyStreams,
    ),
    "stream-filter-size-bytes": setting(
        stream,
        "Room for a chunk's filter, from declaration on.",
        "streams#filtering",
        {
            precedence: "policy",
            // Until then no type's declaration knew the argument, so that none refused it.
            earlier: { before: "4.3", argumentTypes: all },
        },
    ),
    "initial-cluster-size": setting(stream, "How many replicas to begin with.", "streams", onlyStreams),
    "queue-version": setting(
        ["classic"],
        "The storage of classic queues; 4.3 knows 2 only.",
        "classic-queues",
        {
            settableBy: capped,
        },
    ),
    "queue-mode": setting(
        ["classic"],
        "Without effect since classic queues are always lazy.",
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
    "max-priority": setting(
        ["classic"],
        "How many priorities the queue keeps apart.",
        "priority",
        byArgument,
    ),
    "single-active-consumer": setting(
        bounded,
        "Serves one consumer, keeps the others in reserve.",
        "consumers#single-active-consumer",
        byArgument,
    ),
    "quorum-initial-group-size": setting(
        quorum,
        "How many replicas to begin with.",
        "quorum-queues",
        byArgument,
    ),
    "alternate-exchange": setting([], "Where an exchange sends what nothing takes.", "ae", {
        subject: "exchange",
        argument: "alternate-exchange",
    }),
    "strict priorities": behaviour(
        "Quorum queues serve 32 priorities strictly in order; before, two levels, 2:1.",
        `${site}/quorum-queues#priorities`,
        { since: "4.3", queueTypes: quorum, absence: "behaves differently" },
    ),
    "requeues uncounted": behaviour(
        "basic.nack with requeue does not count towards the delivery limit; before, every redelivery did.",
        `${notes}/v4.3.0`,
        { since: "4.3", queueTypes: quorum, absence: "behaves differently" },
    ),
    "transient queues": behaviour(
        "Non-durable queues that are not exclusive may be declared without a permit.",
        `${notes}/v4.3.0`,
        { until: "4.3", queueTypes: ["classic"], absence: "refused" },
    ),
    "global prefetch": behaviour("A prefetch may hold for a whole channel.", `${notes}/v4.3.0`, {
        until: "4.3",
        absence: "refused",
    }),
    "Mnesia store": behaviour("Metadata may stay in Mnesia instead of Khepri.", `${notes}/v4.3.0`, {
        until: "4.3",
        absence: "behaves differently",
    }),
    "Khepri by default": behaviour(
        "A new cluster keeps its metadata in Khepri, so that a majority of its nodes must be up; one that is upgraded keeps its store.",
        `${notes}/v4.2.0`,
        { since: "4.2", absence: "behaves differently" },
    ),
    "replies without a requester": behaviour(
        "A mandatory reply to a requester that is gone counts as routed; before, it came back to its sender.",
        `${notes}/v4.2.0`,
        { since: "4.2", absence: "behaves differently" },
    ),
    "transient without a header": behaviour(
        "An AMQP 1.0 message without a header is transient; before, it was durable.",
        `${notes}/v4.2.0`,
        { since: "4.2", absence: "behaves differently" },
    ),
    "AMQP frames under 8192 bytes": behaviour(
        "A client may negotiate frames of less than 8192 bytes before it has logged in.",
        `${notes}/v4.1.0`,
        { until: "4.1", absence: "refused" },
    ),
} as const satisfies Readonly<Record<string, Capability>>;

/** The settings of queues, keyed as a policy spells them. */
export const queueSettings = tableOf(([, { subject }]) => subject === "queue");

/** The settings of exchanges, keyed as a policy spells them. */
export const exchangeSettings = tableOf(
    ([key, { subject }]) => subject === "exchange" || key.startsWith("federation-"),
);

/** Without a prototype: somebody's policy may have a key that every object answers to, such as "toString". */
function tableOf(
    belongs: (entry: readonly [string, Capability]) => boolean,
): Readonly<Record<string, Capability>> {
    const empty = Object.create(null) as Record<string, Capability>; // no prototype, no entries: any record's type fits
    return Object.assign(empty, Object.fromEntries(Object.entries<Capability>(capabilities).filter(belongs)));
}
