import {
    deadLetterQueueOf,
    direct,
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

/** Feeds the delay queues of brokers without delayed retry; others have no such exchange. */
export const retryExchange: ExchangeInput = topic(exchanges.retry, { alternate: exchanges.unrouted });

/**
 * The administration of the services, the place where unroutable messages show up, and the people's users. The operator moves parked messages
 * back and commands services; it sees the cluster without being able to administrate it. Monitoring sees the cluster and no message.
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
            // An alternate exchange here, too: a dead letter whose key no queue is bound with would stay in its queue forever, or vanish.
            direct(exchanges.deadLetter, { alternate: exchanges.unrouted }),
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
