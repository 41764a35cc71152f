import type { Arguments } from "./arguments.ts";

/** All queue types. */
export const queueTypes = ["classic", "quorum", "stream"] as const;

/** A queue type of RabbitMQ. */
export type QueueType = (typeof queueTypes)[number];

/** A queue type as a noun: `quorum queue`, `stream`. */
export function queueTypeNoun(type: QueueType): string {
    return type === "stream" ? "stream" : `${type} queue`;
}

/** The purposes of queues. The purpose determines the type, the policy and the requirements that the checks test. */
export const queuePurposes = [
    "work",
    "transient",
    "requests",
    "commands",
    "parking",
    "delay",
    "replies",
] as const;

/** The purpose of a queue. */
export type QueuePurpose = (typeof queuePurposes)[number];

/** A queue as the broker stores it. Its `x-queue-type` argument is the field `type` and never in `arguments`. */
export interface Queue {
    readonly vhost: string;
    readonly name: string;
    readonly type: QueueType;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    readonly arguments: Arguments;
    /**
     * Whether Pulumi refuses to replace or delete the queue, because both delete its messages.
     */
    readonly retain: boolean;
    /** `undefined` for a broker export, which has no purposes. */
    readonly purpose?: QueuePurpose;
}

/**
 * A durable queue.
 * @param settings overrides of the defaults: durable, not auto-delete, without arguments, not retained
 */
export function queue(
    vhost: string,
    name: string,
    type: QueueType,
    settings: Partial<Pick<Queue, "durable" | "autoDelete" | "arguments" | "retain" | "purpose">> = {},
): Queue {
    return { vhost, name, type, durable: true, autoDelete: false, arguments: {}, retain: false, ...settings };
}
