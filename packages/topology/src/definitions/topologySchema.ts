import { z } from "zod";
import {
    type ArgumentValue,
    appliesTo,
    brokerVersions,
    type Duration,
    type ExchangeType,
    queuePurposes,
    queueTypes,
    type Topology,
    userTags,
} from "../model/index.ts";

const text = z.string();
/** Any JSON value. A recursive schema would make zod store every nested object. */
const table = z.record(z.string(), z.custom<ArgumentValue>());
const anyValue = z.custom<ArgumentValue>((value) => value !== undefined, "missing");
const duration = z.custom<Duration>(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    "not a duration in ms",
);
const exchangeType = z.custom<ExchangeType>(
    (value) => typeof value === "string" && /^(direct|fanout|topic|headers|x-.+)$/.test(value),
    "not an exchange type",
);

const policy = z.strictObject({
    vhost: text,
    name: text,
    pattern: text,
    applyTo: z.enum(appliesTo),
    precedence: z.int(),
    definition: table,
});

const service = z.strictObject({
    vhost: text,
    name: text,
    publishes: z.array(
        z.strictObject({
            message: text,
            exchange: text,
            routingKey: text,
            persistent: z.boolean(),
            mandatory: z.boolean(),
            urgency: z.boolean(),
            expiration: duration.exactOptional(),
        }),
    ),
    consumes: z.array(z.strictObject({ message: text, queue: text, prefetch: z.int(), jobLimit: duration })),
    calls: z.array(z.strictObject({ message: text, exchange: text, routingKey: text, timeout: duration })),
    replies: z.boolean(),
    inspects: z.array(text),
    users: z.array(text).exactOptional(),
    redrives: z.boolean(),
    tags: z.array(z.enum(userTags)),
    workload: z
        .strictObject({
            program: text,
            replicas: z.int(),
            httpPort: z.int().exactOptional(),
            settings: table,
        })
        .exactOptional(),
});

const limit = z.int().nonnegative().exactOptional();

/** Every field of a topology; a test compares it with the topology that the program builds. */
export const topologySchema: z.ZodType<Topology> = z.strictObject({
    brokerVersion: z.enum(brokerVersions),
    vhosts: z.array(
        z.strictObject({
            name: text,
            defaultQueueType: z.enum(queueTypes).exactOptional(),
            limits: z.strictObject({ maxConnections: limit, maxQueues: limit }).exactOptional(),
            protectedFromDeletion: z.boolean().exactOptional(),
        }),
    ),
    exchanges: z.array(
        z.strictObject({
            vhost: text,
            name: text,
            type: exchangeType,
            durable: z.boolean(),
            autoDelete: z.boolean(),
            internal: z.boolean(),
            arguments: table,
        }),
    ),
    queues: z.array(
        z.strictObject({
            vhost: text,
            name: text,
            type: z.enum(queueTypes),
            durable: z.boolean(),
            autoDelete: z.boolean(),
            arguments: table,
            retain: z.boolean(),
            purpose: z.enum(queuePurposes).exactOptional(),
        }),
    ),
    bindings: z.array(
        z.strictObject({
            vhost: text,
            source: text,
            destination: text,
            destinationType: z.enum(["queue", "exchange"]),
            routingKey: text,
            arguments: table,
        }),
    ),
    policies: z.array(policy),
    operatorPolicies: z.array(policy),
    parameters: z
        .array(z.strictObject({ vhost: text, component: text, name: text, value: anyValue }))
        .exactOptional(),
    globalParameters: z.array(z.strictObject({ name: text, value: anyValue })).exactOptional(),
    users: z.array(
        z.strictObject({
            name: text,
            tags: z.array(z.enum(userTags)),
            limits: z.strictObject({ maxConnections: limit, maxChannels: limit }).exactOptional(),
        }),
    ),
    permissions: z.array(
        z.strictObject({ user: text, vhost: text, configure: text, write: text, read: text }),
    ),
    topicPermissions: z.array(
        z.strictObject({ user: text, vhost: text, exchange: text, write: text, read: text }),
    ),
    services: z.array(service),
    retries: z.array(
        z.strictObject({
            vhost: text,
            queue: text,
            route: z.union([
                z.strictObject({ mode: z.literal("broker"), attempts: z.int() }),
                z.strictObject({
                    mode: z.literal("exchange"),
                    attempts: z.int(),
                    exchange: text,
                    routingKeys: z.array(text),
                }),
            ]),
            redriveExchange: text.exactOptional(),
        }),
    ),
});
