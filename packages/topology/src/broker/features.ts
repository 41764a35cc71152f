import type { KnownVersion } from "../model/index.ts";
import { capabilities } from "./capabilities.ts";
import { isIn } from "./capability.ts";

/** The features of a broker version that the compiler depends on. */
export interface BrokerFeatures {
    /** Whether a quorum queue can redeliver a rejected message with a delay. */
    readonly delayedRetry: boolean;
    /** Whether the queue, instead of the channel, enforces the consumer timeout, and requeues only the message that timed out. */
    readonly consumerTimeout: boolean;
    /** Whether a message that a consumer puts back with a nack does not count as delivered. */
    readonly countsOnlyFailures: boolean;
    /** The AMQP priorities that keep urgent messages ahead of normal ones in a quorum queue. */
    readonly priorities: { readonly normal: number; readonly urgent: number };
}

/**
 * Priorities: up to 4.2 a quorum queue has two levels, 0 to 4 and above 4, served 2:1. From 4.3 on it has 32 levels in strict order, and an
 * unset priority counts as 4. So 4 is normal and 8 is urgent in every version.
 * @see https://www.rabbitmq.com/docs/quorum-queues#priorities
 */
export function featuresOf(version: KnownVersion): BrokerFeatures {
    return {
        delayedRetry: isIn(capabilities["delayed-retry-type"], version),
        consumerTimeout: isIn(capabilities["consumer-disconnected-timeout"], version),
        countsOnlyFailures: isIn(capabilities["delayed-retry-type"], version),
        priorities: { normal: 4, urgent: 8 },
    };
}
