import { z } from "zod";

/** A table of the broker. The broker sends an empty table as an empty list, as Erlang encodes it. */
export function table<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema>> {
    return z.preprocess((value) => (Array.isArray(value) && value.length === 0 ? {} : value), schema);
}

/** The broker's overview. Other fields pass through unchecked. */
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

// The counts are missing until the first statistics interval (5 s) after the declaration.
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

/** A queue with its statistics. A missing number is not collected yet; do not read it as zero. */
export const countedQueue = z.looseObject({
    name: z.string(),
    vhost: z.string(),
    state: z.string().optional(),
    messages_ready: known,
    messages_unacknowledged: known,
    consumers: known,
    message_bytes: known,
    message_bytes_ready: known,
    /** Missing for a queue without traffic. */
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
    /** In seconds since 1970; empty or missing if the oldest message has no timestamp. */
    head_message_timestamp: z.unknown().optional(),
});

export const queuePage = z.looseObject({ page_count: z.number(), items: z.array(countedQueue) });

const samples = table(
    z.looseObject({
        samples: z.array(z.object({ sample: z.number(), timestamp: z.number() })).default([]),
    }),
).optional();

/** A queue with its statistics of the last hour. */
export const queueWithHistory = z.looseObject({
    name: z.string(),
    vhost: z.string(),
    messages_ready_details: samples,
    messages_unacknowledged_details: samples,
    message_stats: table(
        z.looseObject({ deliver_get_details: samples, redeliver_details: samples, ack_details: samples }),
    ).optional(),
});

export const historyPage = z.looseObject({ page_count: z.number(), items: z.array(queueWithHistory) });

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

/** The broker's name and versions. */
export type Overview = z.infer<typeof overview>;

/** A node of the cluster, with its alarms. */
export type BrokerNode = z.infer<typeof brokerNode>;

/** A queue with its statistics. */
export type CountedQueue = z.infer<typeof countedQueue>;

/** One page of queues with their statistics. */
export type QueuePage = z.infer<typeof queuePage>;

/** A queue with its statistics for each minute of the last hour. */
export type QueueWithHistory = z.infer<typeof queueWithHistory>;

/** One page of queues with their statistics for each minute of the last hour. */
export type HistoryPage = z.infer<typeof historyPage>;

/** A queue as the broker reports it. */
export type LiveQueue = z.infer<typeof liveQueue>;

/** A message fetched from a queue. */
export type FetchedMessage = z.infer<typeof fetchedMessage>;
