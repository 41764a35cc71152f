import type { Arguments } from "./arguments.ts";

/** All types of queues. */
export const queueTypes = ["classic", "quorum", "stream"] as const;

/** The types of queues that RabbitMQ has. */
export type QueueType = (typeof queueTypes)[number];

/** What a queue is for; it decides type, policy and what the checks expect of it. */
export const queuePurposes = ["work", "transient", "requests", "commands", "parking", "delay"] as const;

/** What a queue is for. */
export type QueuePurpose = (typeof queuePurposes)[number];

/** A queue as the broker holds it. Its `x-queue-type` argument is the field `type`, never in `arguments`. */
export interface Queue {
    readonly vhost: string;
    readonly name: string;
    readonly type: QueueType;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    readonly arguments: Arguments;
    /**
     * Whether the queue outlives a careless change: the engine refuses to replace or delete a retained queue, since either
     * destroys its messages.
     */
    readonly retain: boolean;
    /** `undefined` where only the broker's own view is known, which has no such thing. */
    readonly purpose?: QueuePurpose;
}

/**
 * A durable queue.
 * @param settings what differs from a durable queue without arguments that may be deleted
 */
export function queue(
    vhost: string,
    name: string,
    type: QueueType,
    settings: Partial<Pick<Queue, "durable" | "autoDelete" | "arguments" | "retain" | "purpose">> = {},
): Queue {
    return { vhost, name, type, durable: true, autoDelete: false, arguments: {}, retain: false, ...settings };
}
