import type { Binding } from "./binding.ts";
import type { KnownVersion } from "./brokerVersion.ts";
import type { Exchange } from "./exchange.ts";
import type { GlobalParameter, Parameter } from "./parameter.ts";
import type { Policy } from "./policy.ts";
import type { Queue } from "./queue.ts";
import type { Service } from "./service.ts";
import type { Permission, TopicPermission, User } from "./user.ts";
import type { InVhost, Vhost } from "./vhost.ts";

/**
 * All declarations for a broker, as plain data. Each list is sorted by identity. A topology contains no password, so it can be committed,
 * compared and printed.
 */
export interface Topology {
    readonly brokerVersion: KnownVersion;
    readonly vhosts: readonly Vhost[];
    readonly exchanges: readonly Exchange[];
    readonly queues: readonly Queue[];
    readonly bindings: readonly Binding[];
    readonly policies: readonly Policy[];
    /** Limits by an operator, which override policies and arguments. */
    readonly operatorPolicies: readonly Policy[];
    /** Shovels, federation upstreams, and what other plugins store. @default - none */
    readonly parameters?: readonly Parameter[];
    /** @default - none */
    readonly globalParameters?: readonly GlobalParameter[];
    readonly users: readonly User[];
    readonly permissions: readonly Permission[];
    readonly topicPermissions: readonly TopicPermission[];
    /** The users of the topology, for checks, contracts and deployments; the broker does not store them. */
    readonly services: readonly Service[];
    /** How the consumers of work queues retry. */
    readonly retries: readonly QueueRetry[];
    /**
     * Exclusive queues that bindings lead to: a broker's export has their bindings, but not the queues.
     * @default - none
     */
    readonly exclusiveQueues?: readonly InVhost[];
}

/** How the consumer of a queue retries. */
export interface QueueRetry {
    readonly vhost: string;
    readonly queue: string;
    readonly route: RetryRoute;
    /** The exchange that routes redriven messages to the queue, with the queue's name as routing key. @default - no service redrives them */
    readonly redriveExchange?: string;
}

/** How a consumer retries a failed message. */
export type RetryRoute =
    /** It rejects the message: the broker delays and counts the attempts, and finally dead-letters the message. */
    | { readonly mode: "broker"; readonly attempts: number }
    /** It publishes the message to the delay queue of the attempt; each delay has its routing key. */
    | {
          readonly mode: "exchange";
          readonly attempts: number;
          readonly exchange: string;
          readonly routingKeys: readonly string[];
      };
