import type { QueueType } from "../model/index.ts";

/** What is known of a broker before an import. */
export interface KnownBroker {
    /** @default - unknown: "guest" may be there */
    readonly users?: readonly string[];
    /** @default - unknown: "/" may be there */
    readonly vhosts?: readonly string[];
    /** The enabled plugins. @default - unknown */
    readonly plugins?: readonly string[];
    /** What `default_queue_type` of rabbitmq.conf says. @default "classic" */
    readonly defaultQueueType?: QueueType;
    /** Whether virtual hosts may have exchanges and queues that the file does not declare. @default true */
    readonly hasObjects?: boolean;
}

/** Whether something is there: `undefined` if that is unknown. */
export type Presence = boolean | undefined;

/** Whether a plugin is enabled. */
export function hasPlugin({ plugins }: KnownBroker, plugin: string): Presence {
    return plugins?.includes(plugin);
}
