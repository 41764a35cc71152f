import type { Shovel } from "../links/shovel.ts";
import type { Arguments, Binding, KnownVersion, Topology } from "../model/index.ts";
import type { KnownHeaders } from "./routingHeaders.ts";
import { type RoutingIndex, routingIndex } from "./routingIndex.ts";

export { matchesHeaders } from "./routingHeaders.ts";
export { matchesTopic } from "./routingTopic.ts";

/** The properties of a message that routing depends on. */
export interface RoutedMessage {
    readonly vhost: string;
    /** `""` is the default exchange, which routes to every queue by its name. */
    readonly exchange: string;
    readonly routingKey: string;
    /** `CC` and `BCC` contain lists of further routing keys. */
    readonly headers?: Arguments;
}

/** A message that the broker itself republishes. */
export interface ReroutedMessage {
    readonly vhost: string;
    readonly exchange: string;
    /** All routing keys; the broker does not read `CC` and `BCC` again. */
    readonly routingKeys: readonly string[];
    readonly headers: KnownHeaders;
}

/** One step of a message: from an exchange to a queue or to another exchange. */
export interface Hop {
    readonly exchange: string;
    readonly via: "binding" | "alternate";
    /** The binding that matched; the default exchange has no visible bindings. */
    readonly binding?: Binding;
    readonly to: { readonly kind: "queue" | "exchange" | "shovel"; readonly name: string };
}

/** How a message reaches a queue: one of the shortest paths. */
export interface RoutePath {
    readonly hops: readonly Hop[];
    readonly queue: string;
}

/** The queues that a message reaches. */
export interface Routing {
    /** Sorted, without duplicates: the broker delivers at most one copy to a queue. */
    readonly queues: readonly string[];
    /** One path for each queue, in the same order. */
    readonly paths: readonly RoutePath[];
    /** The shovels that take the message from an exchange, each with a shortest path to it. */
    readonly leaving: readonly { readonly shovel: Shovel; readonly hops: readonly Hop[] }[];
    /**
     * The exchanges on the paths whose matching bindings only a plugin knows; here all of them match, which is an upper bound.
     */
    readonly unknown: readonly string[];
    /** The exchanges on the paths that send a message to one of several destinations. The queues are those of all destinations. */
    readonly choices: readonly RouteChoice[];
    /** What the exchanges on the paths do besides routing: a sentence without its subject. */
    readonly notes: readonly { readonly exchange: string; readonly note: string }[];
}

/** An exchange that sends a message to one of several destinations. */
export interface RouteChoice {
    readonly exchange: string;
    /** `at random` */
    readonly how: string;
    readonly to: readonly Hop["to"][];
}

/** Returns the queues that a message reaches; {@link router} makes it once for a topology. */
export type Router = (message: RoutedMessage) => readonly string[];

/**
 * Makes the function that returns the queues that a published message reaches.
 * @param version the broker version; by default, the one that the topology was compiled for
 */
export function router(topology: Topology, version?: KnownVersion): Router {
    const index = routingIndex(topology, version);
    return (message) => [...walkPublished(index, message).queues.keys()].sort();
}

/** Makes the function that returns the queues that a published message reaches, with the paths. */
export function routes(topology: Topology, version?: KnownVersion): (message: RoutedMessage) => Routing {
    const index = routingIndex(topology, version);
    return (message) => {
        const { queues, exchanges, shovels, ...rest } = walkPublished(index, message);
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
            leaving: [...shovels].map(([shovel, last]) => ({ shovel, hops: pathTo(last) })),
            ...rest,
        };
    };
}

/** Makes the function that returns the queues that a dead letter reaches. Unlike a published message, it may go through an internal exchange. */
export function deadLetterRouter(
    topology: Topology,
    version?: KnownVersion,
): (message: ReroutedMessage) => readonly string[] {
    const index = routingIndex(topology, version);
    return (message) => [...walk(index, message, "dead-lettered").queues.keys()].sort();
}

function walkPublished(index: RoutingIndex, message: RoutedMessage): Walk {
    const { vhost, exchange, headers = {} } = message;
    const known = { values: headers, mayHaveOthers: false };
    return walk(index, { vhost, exchange, routingKeys: routingKeysOf(message), headers: known }, "published");
}

interface Walk extends Pick<Routing, "choices" | "notes" | "unknown"> {
    /** The first hop to each queue or exchange. The exchange that a message is published to has none. */
    readonly queues: ReadonlyMap<string, Hop>;
    readonly exchanges: ReadonlyMap<string, Hop>;
    readonly shovels: ReadonlyMap<Shovel, Hop>;
}

/**
 * Follows a message breadth first, through each exchange once, so that cycles end and the first hop to an object is on a shortest path.
 *
 * An exchange uses its alternate exchange if none of its own bindings matches, even if the message reaches a queue elsewhere. A matching binding to
 * an exchange that finds no queue counts as a match, and any exchange on the path can have its own alternate exchange (evidence:
 * tests/broker/oracle.test.ts).
 * @see https://www.rabbitmq.com/docs/exchanges
 * @see https://www.rabbitmq.com/docs/e2e
 * @see https://www.rabbitmq.com/docs/ae
 */
function walk(index: RoutingIndex, message: ReroutedMessage, by: "published" | "dead-lettered"): Walk {
    const { vhost, routingKeys, headers } = message;
    const queues = new Map<string, Hop>();
    const exchanges = new Map<string, Hop>();
    const shovels = new Map<Shovel, Hop>();
    const unknown: string[] = [];
    const choices: RouteChoice[] = [];
    const notes: Routing["notes"][number][] = [];
    const done = { queues, exchanges, shovels, unknown, choices, notes };
    if (message.exchange === "") {
        for (const name of routingKeys) {
            if (index.hasQueue(vhost, name)) {
                queues.set(name, { exchange: "", via: "binding", to: { kind: "queue", name } });
            }
        }
        return done;
    }
    const first = index.source(vhost, message.exchange);
    if (first === undefined || (by === "published" && first.exchange.internal)) {
        return done;
    }
    const pending = [first];
    const arrive = (hop: Hop): void => {
        const { kind, name } = hop.to;
        const reached = kind === "queue" ? queues : exchanges;
        if (reached.has(name) || (kind === "exchange" && name === message.exchange)) {
            return;
        }
        reached.set(name, hop);
        const source = kind === "exchange" ? index.source(vhost, name) : undefined;
        if (source !== undefined) {
            pending.push(source);
        }
    };
    // The loop appends to the list that it iterates over.
    for (const { exchange, alternate, isUnknown, choice, note, select } of pending) {
        const matches = select(routingKeys, headers);
        const ends = matches.map(({ shovel, ...binding }) => ({
            shovel,
            binding,
            to: {
                kind: shovel === undefined ? binding.destinationType : "shovel",
                name: binding.destination,
            } as const,
        }));
        for (const { shovel, ...end } of ends) {
            const hop = { exchange: exchange.name, via: "binding", ...end } as const;
            if (shovel === undefined) {
                arrive(hop);
            } else if (!shovels.has(shovel)) {
                shovels.set(shovel, hop);
            }
        }
        if (matches.length === 0 && alternate !== undefined) {
            arrive({
                exchange: exchange.name,
                via: "alternate",
                to: { kind: "exchange", name: alternate },
            });
        }
        if (isUnknown) {
            unknown.push(exchange.name);
        }
        if (choice !== undefined && ends.length > 1) {
            const to = new Map(ends.map((end) => [`${end.to.kind} ${end.to.name}`, end.to]));
            if (to.size > 1) {
                choices.push({ exchange: exchange.name, how: choice, to: [...to.values()] });
            }
        }
        if (note !== undefined) {
            notes.push({ exchange: exchange.name, note });
        }
    }
    return done;
}

/**
 * All routing keys of a message: its own, and those that the publisher adds in headers.
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
