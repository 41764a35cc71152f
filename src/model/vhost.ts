import type { QueueType } from "./queue.js";

/** A virtual host: the namespace of every exchange, queue, policy and permission. */
export interface Vhost {
    readonly name: string;
    /** The type of a queue that is declared without one. @default - the node's `default_queue_type`, or classic */
    readonly defaultQueueType?: QueueType;
}

export function vhost(name: string): Vhost {
    return { name };
}
