import type { Queue, Topology } from "../model/index.js";
import { settingOf } from "./effective.js";
import { type Router, router } from "./routing.js";

/** Where a queue's dead letters go next. */
export interface DeadLetterHop {
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    readonly queues: readonly string[];
}

/**
 * Where the messages go that a queue rejects, lets expire or cannot hold; `undefined` where it has no dead-letter exchange and they are
 * dropped. Without a dead-letter routing key they keep their own keys: then those of the queue's bindings stand for them.
 * @see https://www.rabbitmq.com/docs/dlx#routing
 */
export function deadLetterHop(
    topology: Topology,
    queue: Queue,
    route: Router = router(topology),
): DeadLetterHop | undefined {
    const exchange = settingOf(topology, queue, "dead-letter-exchange");
    if (typeof exchange !== "string") {
        return undefined;
    }
    const key = settingOf(topology, queue, "dead-letter-routing-key");
    const ownKeys = topology.bindings
        .filter(({ vhost, destination }) => vhost === queue.vhost && destination === queue.name)
        .map(({ routingKey }) => routingKey);
    const routingKeys = typeof key === "string" ? [key] : [...new Set(ownKeys)];
    const queues = routingKeys.flatMap((routingKey) => route({ vhost: queue.vhost, exchange, routingKey }));
    return { exchange, routingKeys, queues: [...new Set(queues)].sort() };
}
