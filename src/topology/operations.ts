import {
    deadLetterQueueOf,
    type ExchangeInput,
    fanout,
    parking,
    publish,
    service,
    topic,
} from "@spot-messaging/topology";
import type { Context } from "./context.ts";
import { commandQueue } from "./conventions.ts";
import { exchanges, keys, services } from "./names.ts";

const unroutedQueue = "unrouted";

/** The exchange that leads back to the work queues: for redriven messages, and for the delay queues of brokers without delayed retry. */
export const retryExchange: ExchangeInput = topic(exchanges.retry, { alternate: exchanges.unrouted });

/**
 * Administration of the services, the queue of unroutable messages, and the users of people. The operator redrives parked messages, sends
 * commands to services and can view the cluster but not administrate it. Monitoring can view the cluster but read no messages.
 */
export function operations(contexts: readonly Context[]): Context {
    const deployed = contexts.flatMap((each) => each.services).map(({ name }) => name);
    const deadLetterQueues = contexts
        .flatMap((each) => each.queues)
        .filter(({ purpose }) => purpose === "work")
        .map(({ name }) => deadLetterQueueOf(name));
    return {
        exchanges: [
            topic(exchanges.admin, { alternate: exchanges.unrouted }),
            // A topic exchange, because only those limit a user to routing keys: each service dead-letters only what it consumes.
            // It needs an alternate exchange too: an unroutable dead letter would stay in its queue forever or be lost.
            topic(exchanges.deadLetter, { alternate: exchanges.unrouted }),
            fanout(exchanges.unrouted),
        ],
        queues: [
            ...deployed.map(commandQueue),
            parking(unroutedQueue, {
                from: exchanges.unrouted,
                bound: { messages: 100_000, size: "1 GiB" },
            }),
        ],
        services: [
            service(services.operator, {
                publishes: [keys.adminAll, ...deployed.map(keys.admin)].map((key) =>
                    publish(key, { to: exchanges.admin, key }),
                ),
                inspects: [...deadLetterQueues, unroutedQueue],
                redrives: true,
                tags: ["monitoring"],
            }),
            service(services.monitoring, { tags: ["monitoring"] }),
        ],
    };
}
