import {
    type Arguments,
    type Binding,
    type Exchange,
    type ExchangeType,
    exchange,
    type Topology,
} from "../model/index.js";
import { effectiveSettings, type SettingsOf } from "./effective.js";
import { headersIndex } from "./routingHeaders.js";
import { TopicTrie } from "./routingTopic.js";

/** An exchange, ready to be asked. */
export interface Source {
    readonly exchange: Exchange;
    /** Where the exchange sends what none of its bindings takes. */
    readonly alternate: string | undefined;
    /** Whether a plugin decides which of its bindings take a message. */
    readonly isForeign: boolean;
    /** The bindings that take a message with these keys and headers. */
    readonly select: (routingKeys: readonly string[], headers: Arguments) => readonly Binding[];
}

/** A virtual host as routing sees it. */
export interface RoutingVhost {
    readonly hasQueue: (name: string) => boolean;
    readonly source: (exchange: string) => Source | undefined;
}

/**
 * What every virtual host has without being told; the broker exports their bindings and not them. The default exchange, `""`, finds a queue
 * by its name only when a message is published to it or dead-lettered through it. As another exchange's alternate it has no bindings; all
 * that it can do there is to ask the alternate that a policy gives it, if the pattern matches the empty name (measured on 4.0.5 and 4.3.6
 * by tests/broker/oracle.test.ts).
 * @see https://www.rabbitmq.com/docs/exchanges#default-exchanges
 */
export const predeclared: Readonly<Record<string, ExchangeType>> = {
    "": "direct",
    "amq.direct": "direct",
    "amq.fanout": "fanout",
    "amq.headers": "headers",
    "amq.match": "headers",
    "amq.rabbitmq.trace": "topic",
    "amq.topic": "topic",
};

/** Groups a topology by virtual host and exchange. Each exchange is indexed when the first message reaches it. */
export function routingIndex(
    topology: Topology,
    settingsOf: SettingsOf = effectiveSettings(topology),
): (vhost: string) => RoutingVhost {
    const exchanges = grouped(topology.exchanges, ({ vhost }) => vhost);
    const queues = grouped(topology.queues, ({ vhost }) => vhost);
    const bindings = grouped(topology.bindings, ({ vhost }) => vhost);
    const vhosts = new Map<string, RoutingVhost>();

    const vhostOf = (vhost: string): RoutingVhost => {
        const declared = new Map((exchanges.get(vhost) ?? []).map((each) => [each.name, each]));
        const names = new Set((queues.get(vhost) ?? []).map(({ name }) => name));
        const outgoing = grouped(bindings.get(vhost) ?? [], ({ source }) => source);
        const sources = new Map<string, Source>();
        const source = (name: string): Source | undefined => {
            const known = sources.get(name);
            if (known !== undefined) {
                return known;
            }
            const type = predeclared[name];
            const object =
                declared.get(name) ?? (type === undefined ? undefined : exchange(vhost, name, type));
            if (object === undefined) {
                return undefined;
            }
            const alternate = settingsOf({ kind: "exchange", object }).settings.get("alternate-exchange");
            const added: Source = {
                exchange: object,
                alternate: typeof alternate?.value === "string" ? alternate.value : undefined,
                ...selection(object, name === "" ? [] : (outgoing.get(name) ?? [])),
            };
            sources.set(name, added);
            return added;
        };
        return { hasQueue: (name) => names.has(name), source };
    };

    return (name) => {
        const vhost = vhosts.get(name) ?? vhostOf(name);
        vhosts.set(name, vhost);
        return vhost;
    };
}

function grouped<T>(items: readonly T[], by: (item: T) => string): ReadonlyMap<string, readonly T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const group = groups.get(by(item));
        if (group === undefined) {
            groups.set(by(item), [item]);
        } else {
            group.push(item);
        }
    }
    return groups;
}

/**
 * The type that decides: a delayed-message exchange hands on, later, as the type in its argument does.
 * @see https://github.com/rabbitmq/rabbitmq-delayed-message-exchange
 */
function routingType({ type, arguments: args }: Exchange): string {
    const delayed = args["x-delayed-type"];
    return type === "x-delayed-message" && typeof delayed === "string" ? delayed : type;
}

function selection(object: Exchange, bindings: readonly Binding[]): Pick<Source, "select" | "isForeign"> {
    switch (routingType(object)) {
        case "fanout":
            return { isForeign: false, select: () => bindings };
        case "direct": {
            const byKey = grouped(bindings, ({ routingKey }) => routingKey);
            return { isForeign: false, select: (keys) => keys.flatMap((key) => byKey.get(key) ?? []) };
        }
        case "topic": {
            const trie = new TopicTrie<Binding>();
            for (const each of bindings) {
                trie.add(each.routingKey, each);
            }
            return { isForeign: false, select: (keys) => keys.flatMap((key) => trie.match(key)) };
        }
        case "headers": {
            const taking = headersIndex(bindings, (each) => each.arguments);
            return { isForeign: false, select: (_, headers) => taking(headers) };
        }
        default:
            // Only the plugin knows; to reach all of its bindings is the most that it can do.
            return { isForeign: true, select: () => bindings };
    }
}
