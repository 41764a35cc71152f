import type { Options } from "amqplib";

/** A dead letter as another program or an older broker left it. */
export interface OtherDeadLetter {
    readonly name: string;
    /** Where such a message is reported. */
    readonly source: string;
    readonly properties?: Options.Publish;
    /** Not the types of the client: others write what it does not expect. */
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body?: Buffer;
    /** What `why` says first. */
    readonly why: RegExp;
    /** What `redrive` does with it, or why it stays. */
    readonly redrive: "sent" | RegExp;
    /** Headers that a copy must still have. @default - none of the publisher's */
    readonly kept?: readonly string[];
}

const server = "https://github.com/rabbitmq/rabbitmq-server";

/** Types that every client may use. */
const fieldTypes = "https://www.rabbitmq.com/amqp-0-9-1-errata";

const death = { reason: "rejected", queue: "orders", exchange: "shop", "routing-keys": ["order.new"] };

const deadLettered = /rejected the message in queue "orders" without requeueing it/;

const noTarget = /its headers name no queue that it failed in/;

/** Headers and bodies from reports about other clients, frameworks, shovels and brokers. */
export const otherDeadLetters: readonly OtherDeadLetter[] = [
    {
        name: "a count in x-death that is a text",
        source: `${server}/issues/12755`,
        headers: { "x-death": [{ ...death, count: "1", time: { "!": "timestamp", value: 1_731_986_115 } }] },
        why: deadLettered,
        redrive: "sent",
    },
    {
        name: "a time in x-death that is an ISO date",
        source: `${server}/pull/11608`,
        headers: { "x-death": [{ ...death, count: 1, time: "2024-07-02T02:58:50.000-07:00" }] },
        why: deadLettered,
        redrive: "sent",
    },
    {
        name: "a time in x-death that was divided by a thousand at each retry",
        source: `${server}/issues/12731`,
        headers: { "x-death": [{ ...death, count: 5, time: { "!": "timestamp", value: 0 } }] },
        why: deadLettered,
        redrive: "sent",
    },
    {
        name: "entries of x-death that a client turned into lists of types and values",
        source: `${server}/issues/216`,
        headers: {
            "x-death": [
                [
                    ["l", "1"],
                    ["S", "expired"],
                    ["S", "mytask_retry_1"],
                    ["T", "1479121758"],
                    ["S", "retry"],
                    ["A", [["S", "mytask"]]],
                ],
            ],
        },
        why: /^nothing is recorded/i,
        redrive: noTarget,
    },
    {
        name: "x-first-death headers without an exchange",
        source: `${server}/issues/15385`,
        headers: {
            "x-first-death-queue": "orders",
            "x-first-death-reason": "rejected",
            "x-last-death-queue": "orders",
            "x-last-death-reason": "rejected",
        },
        why: deadLettered,
        redrive: "sent",
    },
    {
        name: "x-death of a full queue, published through the default exchange",
        source: `${server}/pull/13798`,
        headers: {
            "x-death": [
                {
                    ...{ count: 1, reason: "maxlen", queue: "orders", exchange: "" },
                    "routing-keys": ["orders"],
                    time: { "!": "timestamp", value: 1_745_575_728 },
                },
            ],
        },
        why: /^queue "orders" was full/i,
        redrive: "sent",
    },
    {
        name: "a dead letter of a queue that no longer exists, moved by a shovel",
        source: "https://github.com/arobson/rabbot/issues/103",
        headers: {
            "x-shovelled": [{ "src-uri": "amqp://", "dest-uri": "amqp://", "shovel-type": "dynamic" }],
            "x-death": [{ ...death, queue: "test.q", count: 1 }],
        },
        why: /in queue "test\.q"/,
        redrive: /queue "test\.q", in which it failed, no longer exists/,
    },
    {
        name: "NServiceBus with an empty help link and a correlation id that ends in a backslash and a zero",
        source: "https://github.com/Particular/NServiceBus/issues/4018",
        headers: {
            "$.diagnostics.hostid": "8cf0a8f78f9cd1885699777c83eb631e",
            CorrId: "3e4570f0-50f0-44bf-a519-a5eb011ad429\\0",
            "NServiceBus.ContentType": "text/xml",
            "NServiceBus.ExceptionInfo.ExceptionType": "System.Exception",
            "NServiceBus.ExceptionInfo.HelpLink": "",
            "NServiceBus.ExceptionInfo.Message": "The exception message from the handler.",
            "NServiceBus.ExceptionInfo.Source": "Core6",
            "NServiceBus.ExceptionInfo.StackTrace": "System.Exception: The exception\n   at Handle()",
            "NServiceBus.FailedQ": "orders@MACHINENAME",
            "NServiceBus.TimeOfFailure": "2016-08-05 07:10:03:123456 Z",
        },
        why: /from queue "orders".*System\.Exception: The exception message from the handler\./,
        redrive: "sent",
        kept: ["$.diagnostics.hostid", "CorrId", "NServiceBus.ContentType"],
    },
    {
        name: "NServiceBus without the queue that it failed in",
        source: "https://github.com/Particular/NServiceBus/issues/2713",
        headers: {
            "NServiceBus.ExceptionInfo.ExceptionType": "System.Runtime.Serialization.SerializationException",
            "NServiceBus.ExceptionInfo.Message": "corrupt headers",
        },
        why: /^its consumer dead-lettered the message: System\.Runtime\.Serialization\.SerializationException: corrupt headers/i,
        redrive: noTarget,
    },
    {
        name: "MassTransit with a stack trace that is longer than a frame of 4 KiB",
        source: "https://github.com/amqp-node/amqplib/issues/462",
        properties: { contentType: "application/vnd.masstransit+json" },
        headers: {
            "MT-Reason": "fault",
            "MT-Fault-ExceptionType": "System.InvalidOperationException",
            "MT-Fault-Message": "no such order",
            "MT-Fault-InputAddress": "rabbitmq://localhost/shop/orders?durable=true",
            "MT-Fault-StackTrace": "   at Orders.Consume()\r\n".repeat(2_000),
            "MT-Fault-Timestamp": "2018-10-03T11:00:00.0000000Z",
        },
        body: Buffer.from("{}"),
        why: /from queue "orders".*no such order/,
        redrive: "sent",
    },
    {
        name: "a token of 50 KiB in a header of the publisher",
        source: "https://github.com/amqp-node/amqplib/issues/366",
        headers: { authorization: "j".repeat(50_000), "x-death": [{ ...death, count: 1 }] },
        why: deadLettered,
        redrive: "sent",
        kept: ["authorization"],
    },
    {
        name: "an id of 64 bits in a header",
        source: fieldTypes,
        headers: {
            "order-id": { "!": "int64", value: 9_007_199_254_740_993n },
            "x-death": [{ ...death, count: 1 }],
        },
        why: deadLettered,
        redrive: /header "order-id" is an integer above 2\^53/,
    },
    {
        // Not NaN or infinite numbers: the broker closes the connection that publishes one.
        name: "numbers that no integer of 64 bits can hold",
        source: fieldTypes,
        headers: {
            least: { "!": "double", value: -1e300 },
            most: { "!": "double", value: 1e20 },
            "x-death": [{ ...death, count: 1 }],
        },
        why: deadLettered,
        redrive: "sent",
        kept: ["least", "most"],
    },
    {
        name: "Celery with a compressed body, a null and nested lists",
        source: "https://docs.celeryq.dev/en/stable/internals/protocol.html",
        properties: { contentType: "application/json", contentEncoding: "utf-8", priority: 0, replyTo: "r" },
        headers: {
            lang: "py",
            task: "shop.charge",
            id: "5f3a8d52",
            retries: 3,
            timelimit: [null, null],
            eta: null,
            argsrepr: "(1,)",
            "x-death": [{ ...death, count: 1 }],
        },
        body: Buffer.from([0x78, 0x9c, 0, 0xff]),
        why: deadLettered,
        redrive: "sent",
        kept: ["lang", "task", "id", "timelimit", "eta", "argsrepr"],
    },
    {
        name: "EasyNetQ, whose error is in the body",
        source: "https://github.com/EasyNetQ/EasyNetQ/wiki/Error-Conditions",
        properties: { contentType: "application/json", type: "EasyNetQ.SystemMessages.Error, EasyNetQ" },
        headers: {},
        body: Buffer.from(
            JSON.stringify({ RoutingKey: "order.new", Exchange: "shop", Exception: "System.Exception: no" }),
        ),
        why: /^nothing is recorded/i,
        redrive: noTarget,
    },
];
