import type { QueueType } from "./queue.ts";

/** Limits of a virtual host. 0 allows none. */
export interface VhostLimits {
    /** Client connections at the same time. @default - no limit */
    readonly maxConnections?: number;
    /** Queues of any type; existing queues stay. @default - no limit */
    readonly maxQueues?: number;
}

/** A virtual host: the namespace of every exchange, queue, policy and permission. */
export interface Vhost {
    readonly name: string;
    /** The type of a queue that is declared without one. @default - the node's `default_queue_type`, or classic */
    readonly defaultQueueType?: QueueType;
    /** @default - none */
    readonly limits?: VhostLimits;
    /**
     * Whether the broker refuses to delete it with its objects. Requires RabbitMQ 4.0.6 or later.
     * @default false
     * @see https://www.rabbitmq.com/docs/vhosts#deletion-protection
     */
    readonly protectedFromDeletion?: boolean;
}

/** An object with a name in a virtual host: an exchange, a queue, a policy. */
export interface InVhost {
    readonly vhost: string;
    readonly name: string;
}

/** The identity of an object among those of the same kind. */
export function objectKey({ vhost, name }: InVhost): string {
    return JSON.stringify([vhost, name]);
}

/** A virtual host without limits. */
export function vhost(name: string): Vhost {
    return { name };
}
