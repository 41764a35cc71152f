/** What a user could read of a live broker besides its definitions. A missing part could not be read. */
export interface BrokerReading {
    /** The broker's URL, without credentials. */
    readonly endpoint: string;
    /** The user who read it, and its tags. */
    readonly user: string;
    readonly tags: readonly string[];
    /** In full: `4.3.6`. */
    readonly version: string;
    /** Every virtual host whose objects the user may read. */
    readonly vhosts: readonly VhostReading[];
    /** Whether the user sees every virtual host of the broker, so that one that is missing does not exist. */
    readonly seesAllVhosts: boolean;
    /** Virtual hosts that exist, and whose objects the user may not read. */
    readonly closedVhosts: readonly string[];
    /** The default queue type of the node, which a new virtual host gets. */
    readonly nodeQueueType?: string;
    readonly users?: readonly UserReading[];
    readonly queues: readonly QueueReading[];
    /** Whether the user may read the parameters of plugins and of the cluster. */
    readonly hasParameters: boolean;
    readonly nodes?: readonly NodeReading[];
    /** The names of the deprecated features in use. */
    readonly deprecatedFeatures?: readonly string[];
    /** The names of stable feature flags that are disabled. */
    readonly disabledFlags?: readonly string[];
}

/** A virtual host as the management API shows it. */
export interface VhostReading {
    readonly name: string;
    readonly defaultQueueType?: string;
    /** Whether every message is also published to the exchange `amq.rabbitmq.trace`. */
    readonly tracing: boolean;
    readonly protectedFromDeletion: boolean;
}

/** A user as the management API shows it. */
export interface UserReading {
    readonly name: string;
    readonly tags: readonly string[];
    /** Base64 of the salt and the digest. Empty: no password is accepted. */
    readonly passwordHash: string;
    /** Such as `rabbit_password_hashing_sha256`. */
    readonly hashingAlgorithm: string;
}

/** The state of a queue. A missing value is not collected yet. */
export interface QueueReading {
    readonly vhost: string;
    readonly name: string;
    readonly type: string;
    readonly state?: string;
    /** Whether it belongs to a connection and is deleted with it. */
    readonly exclusive: boolean;
    /** The name of the policy that the broker applies; empty: none. */
    readonly policy?: string;
    /** The name of the operator policy that the broker applies; empty: none. */
    readonly operatorPolicy?: string;
    /** The nodes that have a replica. Empty for a classic queue. */
    readonly members: readonly string[];
    /** The members that are up. */
    readonly online: readonly string[];
    /** Empty: it has none. */
    readonly leader?: string;
}

/** A node of the cluster. */
export interface NodeReading {
    readonly name: string;
    readonly running: boolean;
    /** The names of its enabled plugins. */
    readonly plugins: readonly string[];
}
