import type { Arguments, Binding, BrokerVersion, Topology } from "../model/index.ts";
import type { KnownHeaders } from "./routingHeaders.ts";
import { type RoutingIndex, routingIndex } from "./routingIndex.ts";

export { matchesHeaders } from "./routingHeaders.ts";
export { matchesTopic } from "./routingTopic.ts";

/** A message as far as routing looks at it. */
export interface RoutedMessage {
    readonly vhost: string;
    /** `""` is the default exchange, which knows every queue by its name. */
    readonly exchange: string;
    readonly routingKey: string;
    /** `CC` and `BCC` hold further routing keys, as lists. */
    readonly headers?: Arguments;
}

/** A message that the broker itself publishes again. */
export interface ReroutedMessage {
    readonly vhost: string;
    readonly exchange: string;
    /** All of them; the broker does not read `CC` and `BCC` again. */
    readonly routingKeys: readonly string[];
    readonly headers: KnownHeaders;
}

/** One step of a message: from an exchange to a queue or on to another exchange. */
export interface Hop {
    readonly exchange: string;
    readonly via: "binding" | "alternate";
    /** The binding that took the message; the default exchange has none that could be shown. */
    readonly binding?: Binding;
    readonly to: { readonly kind: "queue" | "exchange"; readonly name: string };
}

/** How a message reaches a queue: one of the shortest ways. */
export interface RoutePath {
    readonly hops: readonly Hop[];
    readonly queue: string;
}

/** Where a message goes. */
export interface Routing {
    /** Sorted, each once: the broker delivers at most one copy to a queue. */
    readonly queues: readonly string[];
    /** One path for each of the queues, in their order. */
    readonly paths: readonly RoutePath[];
    /**
     * The exchanges on the way whose type belongs to a plugin. Only the plugin knows which of their bindings take a message; here all of
     * them do, which is the most that it can be.
     */
    readonly unknown: readonly string[];
}

/** Answers which queues a message reaches; made once for a topology by {@link router}. */
export type Router = (message: RoutedMessage) => readonly string[];

/**
 * Makes the function that tells which queues a published message reaches.
 * @param version the broker's, where it is not the one that the topology was made for
 */
export function router(topology: Topology, version?: BrokerVersion): Router {
    const index = routingIndex(topology, version);
    return (message) => [...walkPublished(index, message).queues.keys()].sort();
}

/** Makes the function that tells which queues a published message reaches, and how. */
export function routes(topology: Topology, version?: BrokerVersion): (message: RoutedMessage) => Routing {
    const index = routingIndex(topology, version);
    return (message) => {
        const { queues, exchanges, unknown } = walkPublished(index, message);
        const pathTo = (last: Hop): readonly Hop[] => {
            const hops: Hop[] = [];
            for (let hop: Hop | undefined = last; hop !== undefined; hop = exchanges.get(hop.exchange)) {
                hops.push(hop);
            }
            return hops.reverse();
        };
        const names = [...queues.keys()].sort();
        return {
            queues: names,
            paths: names.flatMap((queue) => {
                const last = queues.get(queue);
                return last === undefined ? [] : [{ queue, hops: pathTo(last) }];
            }),
            unknown,
        };
    };
}

/** Makes the function that tells which queues the broker's own publications reach: dead letters may go through an internal exchange. */
export function deadLetterRouter(
    topology: Topology,
    version?: BrokerVersion,
): (message: ReroutedMessage) => readonly string[] {
    const index = routingIndex(topology, version);
    return (message) => [...walk(index, message, "dead-lettered").queues.keys()].sort();
}

function walkPublished(index: RoutingIndex, message: RoutedMessage): Walk {
    const { vhost, exchange, headers = {} } = message;
    const known = { values: headers, mayHaveOthers: false };
    return walk(index, { vhost, exchange, routingKeys: routingKeysOf(message), headers: known }, "published");
}

interface Walk {
    /** By queue or exchange, the hop that came first. The exchange that a message is published to has none. */
    readonly queues: ReadonlyMap<string, Hop>;
    readonly exchanges: ReadonlyMap<string, Hop>;
    readonly unknown: readonly string[];
}

/**
 * Follows a message breadth first, each exchange once, so that circles end and the first hop to a place is on a shortest way.
 *
 * The alternate exchange is asked by the exchange whose bindings took nothing, not for the message as a whole: a binding to an exchange
 * that finds no queue counts as taken, and any exchange on the way may have its own alternate (rule and evidence:
 * tests/broker/oracle.test.ts).
 * @see https://www.rabbitmq.com/docs/exchanges
 * @see https://www.rabbitmq.com/docs/e2e
 * @see https://www.rabbitmq.com/docs/ae
 */
function walk(index: RoutingIndex, message: ReroutedMessage, by: "published" | "dead-lettered"): Walk {
    const { vhost, routingKeys, headers } = message;
    const queues = new Map<string, Hop>();
    const exchanges = new Map<string, Hop>();
    const unknown: string[] = [];
    if (message.exchange === "") {
        for (const name of routingKeys) {
            if (index.hasQueue(vhost, name)) {
                queues.set(name, { exchange: "", via: "binding", to: { kind: "queue", name } });
            }
        }
        return { queues, exchanges, unknown };
    }
    const first = index.source(vhost, message.exchange);
    if (first === undefined || (by === "published" && first.exchange.internal)) {
        return { queues, exchanges, unknown };
    }
    const pending = [first];
    const arrive = (hop: Hop): void => {
        const { kind, name } = hop.to;
        const places = kind === "queue" ? queues : exchanges;
        if (places.has(name) || (kind === "exchange" && name === message.exchange)) {
            return;
        }
        places.set(name, hop);
        const source = kind === "exchange" ? index.source(vhost, name) : undefined;
        if (source !== undefined) {
            pending.push(source);
        }
    };
    // The list grows while it is read.
    for (const { exchange, alternate, isForeign, select } of pending) {
        const taken = select(routingKeys, headers);
        for (const binding of taken) {
            const to = { kind: binding.destinationType, name: binding.destination };
            arrive({ exchange: exchange.name, via: "binding", binding, to });
        }
        if (taken.length === 0 && alternate !== undefined) {
            arrive({
                exchange: exchange.name,
                via: "alternate",
                to: { kind: "exchange", name: alternate },
            });
        }
        if (isForeign) {
            unknown.push(exchange.name);
        }
    }
    return { queues, exchanges, unknown };
}

/**
 * All keys of a message: its own, and those that the sender adds in headers.
 * @see https://www.rabbitmq.com/docs/sender-selected
 */
export function routingKeysOf({
    routingKey,
    headers,
}: Pick<RoutedMessage, "routingKey" | "headers">): readonly string[] {
    const added = [headers?.["CC"], headers?.["BCC"]].flat();
    return added.every((each) => each === undefined)
        ? [routingKey]
        : [...new Set([routingKey, ...added.filter((each) => typeof each === "string")])];
}
