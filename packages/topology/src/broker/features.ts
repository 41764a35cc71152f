import type { BrokerVersion } from "../model/index.ts";
import { capabilities } from "./capabilities.ts";
import { isIn } from "./capability.ts";

/** What the compiler chooses by. */
export interface BrokerFeatures {
    /** Whether a quorum queue can hold back a rejected message by itself. */
    readonly delayedRetry: boolean;
    /** Whether the queue itself, rather than a channel, bounds how long a consumer may hold a message, and takes back that message alone. */
    readonly consumerTimeout: boolean;
    /** The AMQP priorities that keep urgent messages ahead of normal ones in a quorum queue. */
    readonly priorities: { readonly normal: number; readonly urgent: number };
}

/**
 * Priorities: until 4.2 a quorum queue knows two levels, up to 4 and above, served 2:1; from 4.3 on it serves 32 levels strictly in
 * order, and an unset priority counts as 4. So 4 and 8 mean the same wish everywhere.
 * @see https://www.rabbitmq.com/docs/quorum-queues#priorities
 */
export function featuresOf(version: BrokerVersion): BrokerFeatures {
    return {
        delayedRetry: isIn(capabilities["delayed-retry-type"], version),
        consumerTimeout: isIn(capabilities["consumer-disconnected-timeout"], version),
        priorities: { normal: 4, urgent: 8 },
    };
}
