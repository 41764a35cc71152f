import type { Arguments, BrokerVersion, Queue, Topology } from "../model/index.js";
import { effectiveSettings } from "./effective.js";
import { deadLetterRouter } from "./routing.js";
import { topologyIndex } from "./topologyIndex.js";

/** Where a queue's dead letters go next. */
export interface DeadLetterHop {
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    /** Sorted, each once. */
    readonly queues: readonly string[];
}

/** What is known of a message that becomes a dead letter. */
export interface DeadLetter {
    /** @default - those that the queue is bound with */
    readonly routingKeys?: readonly string[] | undefined;
    /** @default {} */
    readonly headers?: Arguments | undefined;
}

/** Tells where the dead letters of a queue go. */
export type HopOf = (queue: Queue, letter?: DeadLetter) => DeadLetterHop | undefined;

/**
 * Makes the function that tells where the messages go that a queue rejects, lets expire or cannot hold; `undefined` where it has no
 * dead-letter exchange and they are dropped. Without a dead-letter routing key they keep their own keys.
 * @param version the broker's, where it is not the one that the topology was made for
 * @see https://www.rabbitmq.com/docs/dlx#routing
 */
export function deadLetterHops(topology: Topology, version?: BrokerVersion): HopOf {
    const settingsOf = effectiveSettings(topology, version);
    const route = deadLetterRouter(topology, version);
    const { bindingsTo } = topologyIndex(topology);
    /** The keys that a queue is bound with, each once. One that nothing is bound to can only be reached through the default exchange, so its name is its key. */
    const ownKeys = ({ vhost, name }: Queue): readonly string[] => {
        const bindings = bindingsTo(vhost, name);
        return bindings.length === 0 ? [name] : [...new Set(bindings.map(({ routingKey }) => routingKey))];
    };
    return (queue, letter) => {
        const { settings } = settingsOf(queue);
        const { vhost } = queue;
        const exchange = settings.value("dead-letter-exchange");
        if (typeof exchange !== "string") {
            return undefined;
        }
        const key = settings.value("dead-letter-routing-key");
        const routingKeys = typeof key === "string" ? [key] : (letter?.routingKeys ?? ownKeys(queue));
        const headers = letter?.headers ?? {};
        const [first, ...others] = routingKeys.map((routingKey) =>
            route({ vhost, exchange, routingKey, headers }),
        );
        const queues =
            others.length === 0 ? (first ?? []) : [...new Set([first ?? [], ...others].flat())].sort();
        return { exchange, routingKeys, queues };
    };
}
