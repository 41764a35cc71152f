import type { Queue, Topology } from "../model/index.js";
import { effectiveSettings } from "./effective.js";
import { deadLetterRouter, type Router } from "./routing.js";

/** Where a queue's dead letters go next. */
export interface DeadLetterHop {
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    readonly queues: readonly string[];
}

/**
 * Makes the function that tells where the messages go that a queue rejects, lets expire or cannot hold; `undefined` where it has no
 * dead-letter exchange and they are dropped. Without a dead-letter routing key they keep their own keys: then those of the queue's
 * bindings stand for them.
 * @see https://www.rabbitmq.com/docs/dlx#routing
 */
export function deadLetterHops(
    topology: Topology,
    route: Router = deadLetterRouter(topology),
): (queue: Queue) => DeadLetterHop | undefined {
    const settingsOf = effectiveSettings(topology);
    const ownKeys = bindingKeys(topology);
    return (queue) => {
        const { settings } = settingsOf({ kind: "queue", object: queue });
        const exchange = settings.get("dead-letter-exchange")?.value;
        if (typeof exchange !== "string") {
            return undefined;
        }
        const key = settings.get("dead-letter-routing-key")?.value;
        const routingKeys = typeof key === "string" ? [key] : ownKeys(queue.vhost, queue.name);
        const queues = routingKeys.flatMap((routingKey) =>
            route({ vhost: queue.vhost, exchange, routingKey }),
        );
        return { exchange, routingKeys, queues: [...new Set(queues)].sort() };
    };
}

/** Where one queue's dead letters go. To ask of many queues, use {@link deadLetterHops}. */
export function deadLetterHop(topology: Topology, queue: Queue, route?: Router): DeadLetterHop | undefined {
    return deadLetterHops(topology, route)(queue);
}

/**
 * Makes the function that lists the keys that a queue is bound with, each once. One that nothing is bound to can only be reached through
 * the default exchange, so its name is its key.
 */
export function bindingKeys(topology: Topology): (vhost: string, queue: string) => readonly string[] {
    const keys = new Map<string, Map<string, Set<string>>>();
    for (const { vhost, destination, destinationType, routingKey } of topology.bindings) {
        if (destinationType === "queue") {
            const ofVhost = keys.get(vhost) ?? new Map<string, Set<string>>();
            keys.set(vhost, ofVhost);
            ofVhost.set(destination, (ofVhost.get(destination) ?? new Set<string>()).add(routingKey));
        }
    }
    return (vhost, queue) => [...(keys.get(vhost)?.get(queue) ?? [queue])];
}
