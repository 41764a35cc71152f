import { z } from "zod";

/** A table of the broker's. One that has nothing in it, or nothing of what was asked for, arrives as an empty list, an Erlang habit. */
function table<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema>> {
    return z.preprocess((value) => (Array.isArray(value) && value.length === 0 ? {} : value), schema);
}

/** What the broker says of itself; fields beyond those named here pass through unchecked. */
export const overview = z.looseObject({
    rabbitmq_version: z.string(),
    erlang_version: z.string(),
    cluster_name: z.string(),
    node: z.string(),
});

export const brokerNode = z.looseObject({
    name: z.string(),
    running: z.boolean(),
    mem_alarm: z.boolean().optional(),
    disk_free_alarm: z.boolean().optional(),
});

// The broker leaves the counts out until its first statistics interval (5 s) after the declaration.
const count = z.number().default(0);

export const liveQueue = z.looseObject({
    name: z.string(),
    vhost: z.string(),
    type: z.string().optional(),
    state: z.string().optional(),
    messages: count,
    messages_ready: count,
    messages_unacknowledged: count,
    consumers: count,
});

const known = z.number().optional();

const rate = table(z.looseObject({ rate: z.number().optional() })).optional();

/** A queue with the numbers that the broker has of it; those that it has not collected are missing, and must not pass for zero. */
export const countedQueue = z.looseObject({
    name: z.string(),
    vhost: z.string(),
    state: z.string().optional(),
    messages_ready: known,
    messages_unacknowledged: known,
    consumers: known,
    message_bytes: known,
    message_bytes_ready: known,
    /** A queue without traffic has none. */
    message_stats: table(
        z.looseObject({
            publish_details: rate,
            deliver_get: count,
            deliver_get_details: rate,
            redeliver: count,
            redeliver_details: rate,
            ack: count,
        }),
    ).optional(),
    /** In seconds since 1970; an empty text, or nothing, where the oldest message has no timestamp. */
    head_message_timestamp: z.unknown().optional(),
});

export const queuePage = z.looseObject({ page_count: z.number(), items: z.array(countedQueue) });

const samples = table(
    z.looseObject({
        samples: z.array(z.object({ sample: z.number(), timestamp: z.number() })).default([]),
    }),
).optional();

/** A queue with what the broker remembers of it. */
export const rememberedQueue = z.looseObject({
    name: z.string(),
    vhost: z.string(),
    messages_ready_details: samples,
    messages_unacknowledged_details: samples,
    message_stats: table(
        z.looseObject({ deliver_get_details: samples, redeliver_details: samples, ack_details: samples }),
    ).optional(),
});

export const historyPage = z.looseObject({ page_count: z.number(), items: z.array(rememberedQueue) });

export const fetchedMessage = z.looseObject({
    exchange: z.string(),
    routing_key: z.string(),
    redelivered: z.boolean(),
    message_count: z.number(),
    payload: z.string(),
    payload_encoding: z.enum(["string", "base64"]),
    properties: table(z.record(z.string(), z.unknown())),
});

export const published = z.object({ routed: z.boolean() });

export const definitions = z.record(z.string(), z.unknown());

/** The broker: its name and versions. */
export type Overview = z.infer<typeof overview>;

/** A node of the cluster, with its alarms. */
export type BrokerNode = z.infer<typeof brokerNode>;

/** A queue with its numbers. */
export type CountedQueue = z.infer<typeof countedQueue>;

/** One page of queues with their numbers. */
export type QueuePage = z.infer<typeof queuePage>;

/** A queue with what it was each minute of the last hour. */
export type RememberedQueue = z.infer<typeof rememberedQueue>;

/** One page of queues with what they were each minute of the last hour. */
export type HistoryPage = z.infer<typeof historyPage>;

/** A queue as the broker reports it. */
export type LiveQueue = z.infer<typeof liveQueue>;

/** A message that was fetched from a queue. */
export type FetchedMessage = z.infer<typeof fetchedMessage>;
