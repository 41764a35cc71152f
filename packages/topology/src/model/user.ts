/** The user tags of RabbitMQ. */
export const userTags = ["administrator", "monitoring", "policymaker", "management"] as const;

/** A user tag, which determines what the user may do in the management API. */
export type UserTag = (typeof userTags)[number];

/** Limits of a user over all virtual hosts. 0 allows none. */
export interface UserLimits {
    /** @default - no limit for the user */
    readonly maxConnections?: number;
    /** Channels over all its connections. @default - no limit for the user */
    readonly maxChannels?: number;
}

/** A broker user. The model contains no passwords; they are generated when the topology is deployed. */
export interface User {
    readonly name: string;
    readonly tags: readonly UserTag[];
    /** @default - none */
    readonly limits?: UserLimits;
}

/** The permissions of a user in a virtual host: three patterns for the names of exchanges and queues. */
export interface Permission {
    readonly user: string;
    readonly vhost: string;
    readonly configure: string;
    readonly write: string;
    readonly read: string;
}

/**
 * The routing keys that a user may use on one topic exchange. Without a topic permission for an exchange, every routing key is allowed.
 * @see https://www.rabbitmq.com/docs/access-control#topic-authorisation
 */
export interface TopicPermission {
    readonly user: string;
    readonly vhost: string;
    readonly exchange: string;
    readonly write: string;
    readonly read: string;
}
