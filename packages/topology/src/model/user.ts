/** All tags of users that RabbitMQ knows. */
export const userTags = ["administrator", "monitoring", "policymaker", "management"] as const;

/** What a user may see and do in the management API, besides its permissions. */
export type UserTag = (typeof userTags)[number];

/** How much a user may hold at the same time, over all virtual hosts. 0 allows none. */
export interface UserLimits {
    /** @default - as many as virtual host and nodes take */
    readonly maxConnections?: number;
    /** Channels over all of its connections. @default - as many as its connections take */
    readonly maxChannels?: number;
}

/** A broker user. Passwords are no part of the model: they are made where they are applied. */
export interface User {
    readonly name: string;
    readonly tags: readonly UserTag[];
    /** @default - none */
    readonly limits?: UserLimits;
}

/** What a user may do in a virtual host: three patterns over the names of exchanges and queues. */
export interface Permission {
    readonly user: string;
    readonly vhost: string;
    readonly configure: string;
    readonly write: string;
    readonly read: string;
}

/**
 * Which routing keys a user may use on one topic exchange. Where a user has no record for an exchange, every key is allowed.
 * @see https://www.rabbitmq.com/docs/access-control#topic-authorisation
 */
export interface TopicPermission {
    readonly user: string;
    readonly vhost: string;
    readonly exchange: string;
    readonly write: string;
    readonly read: string;
}
