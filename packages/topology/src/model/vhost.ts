import type { QueueType } from "./queue.ts";

/** How much of a kind a virtual host holds at most. 0 allows none of them. */
export interface VhostLimits {
    /** Client connections at the same time. @default - as many as the nodes take */
    readonly maxConnections?: number;
    /** Queues of any type; what is there already stays. @default - as many as the nodes take */
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
     * Whether the broker refuses to delete it, and so everything in it; brokers know this since 4.0.6.
     * @default false
     * @see https://www.rabbitmq.com/docs/vhosts#deletion-protection
     */
    readonly protectedFromDeletion?: boolean;
}

/** What has its name in a virtual host: an exchange, a queue, a policy. */
export interface InVhost {
    readonly vhost: string;
    readonly name: string;
}

/** The identity of an object of a virtual host among those of its kind. */
export function objectKey({ vhost, name }: InVhost): string {
    return JSON.stringify([vhost, name]);
}

/** A virtual host with its limits. */
export function vhost(name: string): Vhost {
    return { name };
}
