import type { Arguments, ArgumentValue, Binding, Exchange, Topology } from "../model/index.js";
import { winningPolicies } from "./effective.js";

/** A message as far as routing looks at it. */
export interface RoutedMessage {
    readonly vhost: string;
    /** `""` is the default exchange, which knows every queue by its name. */
    readonly exchange: string;
    readonly routingKey: string;
    readonly headers?: Arguments;
}

/** Answers which queues a message reaches; made once for a topology by {@link router}. */
export type Router = (message: RoutedMessage) => readonly string[];

/**
 * Makes the routing function of a topology. Queues come sorted by name, each once, as the broker delivers at most one copy to a queue.
 * @see https://www.rabbitmq.com/docs/exchanges
 * @see https://www.rabbitmq.com/docs/e2e
 * @see https://www.rabbitmq.com/docs/ae
 */
export function router(topology: Topology): Router {
    const exchanges = new Map(topology.exchanges.map((each) => [identity(each.vhost, each.name), each]));
    const queues = new Set(topology.queues.map((each) => identity(each.vhost, each.name)));
    const bindings = bindingsBySource(topology.bindings);
    const alternates = new Map(
        topology.exchanges.map((each) => [identity(each.vhost, each.name), alternateOf(topology, each)]),
    );

    return (message) => {
        const { vhost, routingKey } = message;
        if (message.exchange === "") {
            return queues.has(identity(vhost, routingKey)) ? [routingKey] : [];
        }
        const reached = new Set<string>();
        const visited = new Set<string>();
        const pending = [message.exchange];
        for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
            const exchange = exchanges.get(identity(vhost, name));
            if (exchange === undefined || visited.has(name)) {
                continue;
            }
            visited.add(name);
            const taken = (bindings.get(identity(vhost, name)) ?? []).filter((each) =>
                accepts(exchange, each, message),
            );
            for (const { destination, destinationType } of taken) {
                if (destinationType === "exchange") {
                    pending.push(destination);
                } else {
                    reached.add(destination);
                }
            }
            const alternate = alternates.get(identity(vhost, name));
            if (taken.length === 0 && alternate !== undefined) {
                pending.push(alternate);
            }
        }
        return [...reached].sort();
    };
}

function identity(vhost: string, name: string): string {
    return JSON.stringify([vhost, name]);
}

function bindingsBySource(bindings: readonly Binding[]): ReadonlyMap<string, readonly Binding[]> {
    const grouped = new Map<string, Binding[]>();
    for (const each of bindings) {
        const key = identity(each.vhost, each.source);
        const group = grouped.get(key) ?? [];
        group.push(each);
        grouped.set(key, group);
    }
    return grouped;
}

/** Where an exchange sends what nothing takes: its argument beats the policy. */
function alternateOf(topology: Topology, exchange: Exchange): string | undefined {
    const [policy] = winningPolicies(topology.policies, { kind: "exchange", object: exchange });
    const alternate = exchange.arguments["alternate-exchange"] ?? policy?.definition["alternate-exchange"];
    return typeof alternate === "string" ? alternate : undefined;
}

function accepts(exchange: Exchange, each: Binding, message: RoutedMessage): boolean {
    switch (exchange.type) {
        case "fanout":
            return true;
        case "direct":
            return each.routingKey === message.routingKey;
        case "topic":
            return matchesTopic(each.routingKey, message.routingKey);
        case "headers":
            return matchesHeaders(each.arguments, message.headers ?? {});
        default:
            // Only the plugin knows; to reach all of its bindings is the most that it can do.
            return true;
    }
}

/** Whether a topic pattern takes a key: words between dots, `*` for one word, `#` for any number of them, none included. */
export function matchesTopic(pattern: string, key: string): boolean {
    const patternWords = wordsOf(pattern);
    const keyWords = wordsOf(key);
    // reachable[i]: the pattern read so far can have consumed the first i words of the key.
    let reachable = new Set([0]);
    for (const word of patternWords) {
        const next = new Set<number>();
        for (const position of reachable) {
            if (word === "#") {
                for (let end = position; end <= keyWords.length; end++) {
                    next.add(end);
                }
            } else if (position < keyWords.length && (word === "*" || word === keyWords[position])) {
                next.add(position + 1);
            }
        }
        reachable = next;
    }
    return reachable.has(keyWords.length);
}

/** The empty text has no word, to the broker too: `*` does not take it, `#` does. */
function wordsOf(text: string): readonly string[] {
    return text === "" ? [] : text.split(".");
}

/**
 * Whether the headers fit a headers binding. `all` and `any` ignore arguments that start with `x-`; the `-with-x` forms do not.
 * @see https://www.rabbitmq.com/docs/exchanges#headers
 */
export function matchesHeaders(wanted: Arguments, headers: Arguments): boolean {
    const mode = wanted["x-match"] ?? "all";
    const withX = mode === "all-with-x" || mode === "any-with-x";
    const pairs = Object.entries(wanted).filter(
        ([key]) => key !== "x-match" && (withX || !key.startsWith("x-")),
    );
    const fits = ([key, value]: readonly [string, ArgumentValue]): boolean =>
        Object.hasOwn(headers, key) && (value === null || headers[key] === value);
    return mode === "any" || mode === "any-with-x" ? pairs.some(fits) : pairs.every(fits);
}
