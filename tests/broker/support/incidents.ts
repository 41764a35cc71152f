import { setTimeout as sleep } from "node:timers/promises";
import type { ManagementApi } from "@spot-messaging/management";
import type { BrokerVersion } from "@spot-messaging/topology";
import type { ChannelModel, ConfirmChannel, GetMessage } from "amqplib";

/** Something that goes wrong with one message, and the first sentence that says so. */
export interface Incident {
    /** Also the name of the work queue; its messages are parked in `<name>.dlq`. */
    readonly name: string;
    /** Declares what it needs and lets the message fail. */
    readonly happen: (desk: IncidentDesk) => Promise<void>;
    readonly sentence: RegExp;
}

export interface IncidentDesk {
    readonly api: ManagementApi;
    readonly vhost: string;
    readonly channel: ConfirmChannel;
    /** Opens another connection, which a test can lose. */
    readonly connect: () => Promise<ChannelModel>;
}

type QueueType = "quorum" | "classic";
type Settings = Readonly<Record<string, string | number>>;
/** Where a setting of the work queue comes from. */
type Origin = "argument" | "policy";

/** Every incident that a broker of a version can have: kinds, by queue type and by origin of the setting that decides. */
export function incidents(version: BrokerVersion): readonly Incident[] {
    const both: readonly QueueType[] = ["quorum", "classic"];
    const origins: readonly Origin[] = ["argument", "policy"];
    const each = (make: (type: QueueType, origin: Origin) => Incident): readonly Incident[] =>
        both.flatMap((type) => origins.map((origin) => make(type, origin)));
    return [
        ...each((type, origin) => rejection(type, origin)),
        ...each((type, origin) => expiry(type, origin)),
        ...each((type, origin) => ownExpiry(type, origin)),
        ...each((type, origin) => shorterQueueTtl(type, origin)),
        ...each((type, origin) => fullQueue(type, origin, { "max-length": 1 })),
        ...each((type, origin) => fullQueue(type, origin, { "max-length-bytes": 3 })),
        ...origins.map(refusedByFullQueue),
        ...origins.flatMap((origin) =>
            [1, 3].flatMap((limit) => [requeues(limit, origin), crashes(limit, origin)]),
        ),
        ...frameworks.map((framework) => deadLetteredByService(framework)),
        ...both.map(afterDelays),
        ...both.map(failedAgainByHand),
        ...both.map(deadByOtherKey),
        ...(version === "4.3" ? origins.map(delayedRetries) : []),
        unroutable(),
        unroutableByFanout(),
        publishedByHand("amq.default"),
        publishedByHand("dead"),
    ];
}

const dead = "dead";
const work = "work";

/** Declares a work queue that dead-letters into its own parking queue, and both exchanges. */
async function declareQueues(
    { api, vhost, channel }: IncidentDesk,
    name: string,
    { type, origin, settings = {} }: { type: QueueType; origin: Origin; settings?: Settings },
): Promise<void> {
    await channel.assertExchange(work, "topic");
    await channel.assertExchange(dead, "topic");
    await channel.assertQueue(`${name}.dlq`, {
        durable: true,
        arguments: { "x-queue-type": "quorum", "x-delivery-limit": -1 },
    });
    await channel.bindQueue(`${name}.dlq`, dead, name);
    const all: Settings = { "dead-letter-exchange": dead, "dead-letter-routing-key": name, ...settings };
    if (origin === "policy") {
        await api.putPolicy(vhost, name, {
            pattern: `^${name.replaceAll(".", "\\.")}$`,
            "apply-to": "queues",
            priority: 1,
            definition: all,
        });
    }
    const args = Object.fromEntries(Object.entries(all).map(([key, value]) => [`x-${key}`, value]));
    await channel.assertQueue(name, {
        durable: true,
        arguments: { "x-queue-type": type, ...(origin === "argument" ? args : {}) },
    });
    await channel.bindQueue(name, work, `do.${name}`);
    if (origin === "policy") {
        // A policy reaches a queue a moment after its declaration.
        await sleep(500);
    }
}

async function publish(
    { channel }: IncidentDesk,
    name: string,
    properties: object = {},
    exchange = work,
    key = `do.${name}`,
): Promise<void> {
    await new Promise<void>((resolve) => {
        // A refused message is part of some incidents.
        channel.publish(exchange, key, Buffer.from("{}"), { persistent: true, ...properties }, () => {
            resolve();
        });
    });
}

async function next(channel: ConfirmChannel, queue: string): Promise<GetMessage> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
        const message = await channel.get(queue);
        if (message !== false) {
            return message;
        }
        await sleep(50);
    }
    throw new Error(`queue "${queue}" stays empty`);
}

function incident(name: string, sentence: RegExp, happen: Incident["happen"]): Incident {
    return { name, happen, sentence };
}

function rejection(type: QueueType, origin: Origin): Incident {
    const name = `rejected.${type}.${origin}`;
    return incident(
        name,
        new RegExp(`^A consumer rejected the message in queue "${name}" without requeueing it\\.$`),
        async (desk) => {
            await declareQueues(desk, name, { type, origin });
            await publish(desk, name, { headers: { "x-delivery-count": 77 } });
            desk.channel.reject(await next(desk.channel, name), false);
        },
    );
}

function expiry(type: QueueType, origin: Origin): Incident {
    const name = `expired.${type}.${origin}`;
    return incident(
        name,
        new RegExp(
            `^The message expired in queue "${name}" after 300 milliseconds: no consumer took it in time\\.$`,
        ),
        async (desk) => {
            await declareQueues(desk, name, { type, origin, settings: { "message-ttl": 300 } });
            await publish(desk, name);
        },
    );
}

function ownExpiry(type: QueueType, origin: Origin): Incident {
    const name = `own.${type}.${origin}`;
    return incident(
        name,
        new RegExp(`^The message expired in queue "${name}" after 200 milliseconds`),
        async (desk) => {
            await declareQueues(desk, name, { type, origin, settings: { "message-ttl": 60_000 } });
            await publish(desk, name, { expiration: "200" });
        },
    );
}

function shorterQueueTtl(type: QueueType, origin: Origin): Incident {
    const name = `shorter.${type}.${origin}`;
    return incident(
        name,
        new RegExp(`^The message expired in queue "${name}" after 200 milliseconds`),
        async (desk) => {
            await declareQueues(desk, name, { type, origin, settings: { "message-ttl": 200 } });
            await publish(desk, name, { expiration: "60000" });
        },
    );
}

function fullQueue(type: QueueType, origin: Origin, settings: Settings): Incident {
    const name = `full.${Object.keys(settings).join()}.${type}.${origin}`;
    return incident(
        name,
        new RegExp(`^Queue "${name}" was full: the message was the oldest and was dropped from it\\.$`),
        async (desk) => {
            await declareQueues(desk, name, { type, origin, settings });
            await publish(desk, name);
            await publish(desk, name);
        },
    );
}

function refusedByFullQueue(origin: Origin): Incident {
    const name = `refused.${origin}`;
    return incident(
        name,
        new RegExp(`^Queue "${name}" was full: it refused the message and dead-lettered it\\.$`),
        async (desk) => {
            const settings = { "max-length": 1, overflow: "reject-publish-dlx" };
            await declareQueues(desk, name, { type: "classic", origin, settings });
            await publish(desk, name);
            await publish(desk, name);
        },
    );
}

function deliveryLimit(name: string, limit: number): RegExp {
    return new RegExp(
        `^The message exceeded the delivery limit of queue "${name}": it was delivered ${limit + 1} times and never acknowledged`,
    );
}

function requeues(limit: number, origin: Origin): Incident {
    const name = `requeued.${limit}.${origin}`;
    return incident(name, deliveryLimit(name, limit), async (desk) => {
        await declareQueues(desk, name, { type: "quorum", origin, settings: { "delivery-limit": limit } });
        await publish(desk, name);
        for (let attempt = 0; attempt <= limit; attempt += 1) {
            desk.channel.reject(await next(desk.channel, name), true);
        }
    });
}

function crashes(limit: number, origin: Origin): Incident {
    const name = `crashed.${limit}.${origin}`;
    return incident(name, deliveryLimit(name, limit), async (desk) => {
        await declareQueues(desk, name, { type: "quorum", origin, settings: { "delivery-limit": limit } });
        await publish(desk, name);
        for (let attempt = 0; attempt <= limit; attempt += 1) {
            const connection = await desk.connect();
            const channel = await connection.createConfirmChannel();
            await next(channel, name);
            await connection.close();
        }
    });
}

function delayedRetries(origin: Origin): Incident {
    const name = `delayed.${origin}`;
    return incident(name, deliveryLimit(name, 2), async (desk) => {
        const settings = { "delivery-limit": 2, "delayed-retry-type": "failed", "delayed-retry-min": 100 };
        await declareQueues(desk, name, { type: "quorum", origin, settings });
        await publish(desk, name);
        for (let attempt = 0; attempt <= 2; attempt += 1) {
            desk.channel.reject(await next(desk.channel, name), true);
        }
    });
}

/** How programs and frameworks record a failure when they publish the message to an error queue. */
const frameworks: readonly {
    readonly name: string;
    readonly headers: (queue: string) => object;
    readonly says: string;
}[] = [
    {
        name: "own",
        says: 'service "billing" dead-lettered the message from queue "QUEUE" after 5 attempts: TimeoutError: not done within 20 s',
        headers: (queue) => ({
            "x-acme-error": "not done within 20 s",
            "x-acme-error-type": "TimeoutError",
            "x-acme-service": "billing",
            "x-acme-attempts": 5,
            "x-acme-source-queue": queue,
            "x-acme-failed-at": new Date().toISOString(),
        }),
    },
    {
        name: "spring",
        says: 'its consumer dead-lettered the message from queue "QUEUE": no such customer',
        headers: () => ({
            "x-exception-message": "no such customer",
            "x-exception-stacktrace": "java.lang.IllegalStateException: no such customer\n\tat Orders.java",
            "x-original-exchange": work,
            "x-original-routingKey": "do.it",
        }),
    },
    {
        name: "nservicebus",
        says: 'service "Sales" dead-lettered the message from queue "QUEUE" after 3 attempts: System.Exception: no such customer',
        headers: (queue) => ({
            "NServiceBus.ExceptionInfo.Message": "no such customer",
            "NServiceBus.ExceptionInfo.ExceptionType": "System.Exception",
            "NServiceBus.FailedQ": queue,
            "NServiceBus.ProcessingEndpoint": "Sales",
            "NServiceBus.DelayedRetries": "3",
            "NServiceBus.TimeOfFailure": "2026-11-24 08:00:00:123456 Z",
        }),
    },
    {
        name: "masstransit",
        says: 'service "Orders.Consumer" dead-lettered the message from queue "QUEUE" after 2 attempts: System.Exception: no such customer',
        headers: (queue) => ({
            "MT-Fault-Message": "no such customer",
            "MT-Fault-ExceptionType": "System.Exception",
            "MT-Fault-InputAddress": `rabbitmq://localhost/shop/${queue}?durable=true`,
            "MT-Fault-ConsumerType": "Orders.Consumer",
            "MT-Fault-RetryCount": 2,
            "MT-Reason": "fault",
        }),
    },
    {
        name: "rascal",
        says: 'its consumer dead-lettered the message from queue "QUEUE": no such customer',
        headers: (queue) => ({
            rascal: {
                error: { message: "no such customer" },
                originalQueue: queue,
                recovery: { [queue]: { republished: 3 } },
            },
        }),
    },
    {
        name: "bare",
        says: 'its consumer dead-lettered the message from queue "QUEUE" after 1 attempt: no such customer',
        headers: () => ({ error: "no such customer", attempts: 1 }),
    },
];

function deadLetteredByService({ name: framework, headers, says }: (typeof frameworks)[number]): Incident {
    const name = `reported.${framework}`;
    const sentence = `${says.charAt(0).toUpperCase()}${says.slice(1)}.`.replace("QUEUE", name);
    return incident(name, new RegExp(`^${sentence.replaceAll(".", "\\.")}$`), async (desk) => {
        await declareQueues(desk, name, { type: "quorum", origin: "argument" });
        await publish(desk, name);
        const message = await next(desk.channel, name);
        await publish(
            desk,
            name,
            { headers: { ...message.properties.headers, ...headers(name) } },
            dead,
            name,
        );
        desk.channel.ack(message);
    });
}

/** Rejected after a delay queue returned it: the last dead-lettering counts, not the first. */
function afterDelays(type: QueueType): Incident {
    const name = `delays.${type}`;
    return incident(name, new RegExp(`^A consumer rejected the message in queue "${name}"`), async (desk) => {
        await declareQueues(desk, name, { type, origin: "argument" });
        await desk.channel.assertQueue(`${name}.delay`, {
            durable: true,
            arguments: {
                "x-queue-type": type,
                "x-message-ttl": 100,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": name,
            },
        });
        await publish(desk, name, {}, "", `${name}.delay`);
        desk.channel.reject(await next(desk.channel, name), false);
    });
}

/** Sent back by hand with all its headers, and rejected then: the old error is not the cause. */
function failedAgainByHand(type: QueueType): Incident {
    const name = `again.${type}`;
    return incident(name, new RegExp(`^A consumer rejected the message in queue "${name}"`), async (desk) => {
        await declareQueues(desk, name, { type, origin: "argument" });
        const headers = {
            "x-acme-error": "an old failure",
            "x-acme-failed-at": new Date(Date.now() - 3_600_000).toISOString(),
        };
        await publish(desk, name, { headers }, "", name);
        desk.channel.reject(await next(desk.channel, name), false);
    });
}

/** Dead-lettered with the routing key of its publisher. */
function deadByOtherKey(type: QueueType): Incident {
    const name = `key.${type}`;
    return incident(name, new RegExp(`^A consumer rejected the message in queue "${name}"`), async (desk) => {
        await declareQueues(desk, name, { type, origin: "argument" });
        await desk.channel.deleteQueue(name);
        await desk.channel.assertQueue(name, {
            durable: true,
            arguments: { "x-queue-type": type, "x-dead-letter-exchange": dead },
        });
        await desk.channel.bindQueue(name, work, `do.${name}`);
        await desk.channel.bindQueue(`${name}.dlq`, dead, `do.${name}`);
        await publish(desk, name);
        desk.channel.reject(await next(desk.channel, name), false);
    });
}

async function declareAlternate(
    { channel }: IncidentDesk,
    name: string,
    exchange: string,
    type: string,
): Promise<void> {
    await channel.assertExchange(`${name}.alternate`, "fanout");
    await channel.assertExchange(exchange, type, { alternateExchange: `${name}.alternate` });
    await channel.assertQueue(`${name}.dlq`, {
        durable: true,
        arguments: { "x-queue-type": "quorum", "x-delivery-limit": -1 },
    });
    await channel.bindQueue(`${name}.dlq`, `${name}.alternate`, "");
    // Without purposes, a queue of an export is a parking queue if it receives dead letters too.
    await channel.assertQueue(name, {
        durable: true,
        arguments: { "x-queue-type": "quorum", "x-dead-letter-exchange": `${name}.alternate` },
    });
}

function unroutable(): Incident {
    const name = "unroutable.topic";
    return incident(
        name,
        /^No queue was bound to exchange "unroutable\.topic\.events" for the routing key "no\.such\.key"\.$/,
        async (desk) => {
            await declareAlternate(desk, name, `${name}.events`, "topic");
            await publish(desk, name, {}, `${name}.events`, "no.such.key");
        },
    );
}

function unroutableByFanout(): Incident {
    const name = "unroutable.fanout";
    return incident(
        name,
        /^No queue was bound to exchange "unroutable\.fanout\.events" for the routing key ""\.$/,
        async (desk) => {
            await declareAlternate(desk, name, `${name}.events`, "fanout");
            await publish(desk, name, {}, `${name}.events`, "");
        },
    );
}

function publishedByHand(exchange: "amq.default" | "dead"): Incident {
    const name = `byhand.${exchange === "dead" ? "exchange" : "default"}`;
    return incident(name, /^Nothing is recorded: a program published the message/, async (desk) => {
        await declareQueues(desk, name, { type: "quorum", origin: "argument" });
        await (exchange === "dead"
            ? publish(desk, name, {}, dead, name)
            : publish(desk, name, {}, "", `${name}.dlq`));
    });
}
