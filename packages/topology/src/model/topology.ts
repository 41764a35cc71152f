import type { Binding } from "./binding.ts";
import type { BrokerVersion } from "./brokerVersion.ts";
import type { Exchange } from "./exchange.ts";
import type { Policy } from "./policy.ts";
import type { Queue } from "./queue.ts";
import type { Service } from "./service.ts";
import type { Permission, TopicPermission, User } from "./user.ts";
import type { Vhost } from "./vhost.ts";

/**
 * Everything that a broker is told, as plain data: each list sorted by identity, no list depending on the order of another. It holds
 * no password and no address, so it can be committed, compared and printed.
 */
export interface Topology {
    readonly brokerVersion: BrokerVersion;
    readonly vhosts: readonly Vhost[];
    readonly exchanges: readonly Exchange[];
    readonly queues: readonly Queue[];
    readonly bindings: readonly Binding[];
    readonly policies: readonly Policy[];
    /** Caps that an operator sets above what policies and arguments ask for. */
    readonly operatorPolicies: readonly Policy[];
    readonly users: readonly User[];
    readonly permissions: readonly Permission[];
    readonly topicPermissions: readonly TopicPermission[];
    /** Who uses it, for checks, contracts and deployments; the broker itself knows nothing of it. */
    readonly services: readonly Service[];
    /** How the consumers of work queues retry. */
    readonly retries: readonly QueueRetry[];
}

/** How the consumer of a queue retries. */
export interface QueueRetry {
    readonly vhost: string;
    readonly queue: string;
    readonly route: RetryRoute;
}

/** How a consumer sends a failed message round again. */
export type RetryRoute =
    /** By rejecting it: the broker delays, counts and finally dead-letters. */
    | { readonly mode: "broker"; readonly attempts: number }
    /** By publishing it to the delay queue of its attempt; one key for each delay. */
    | {
          readonly mode: "exchange";
          readonly attempts: number;
          readonly exchange: string;
          readonly routingKeys: readonly string[];
      };
