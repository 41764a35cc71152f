import { groupLookup } from "../lookup/groups.ts";
import { perTopologyAndVersion } from "../lookup/memoize.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import {
    type Binding,
    type Exchange,
    type ExchangeType,
    exchange,
    type KnownVersion,
    objectKey,
    type Topology,
} from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { headersIndex, type KnownHeaders } from "./routingHeaders.ts";
import { TopicTrie } from "./routingTopic.ts";

/** An exchange with the index of its bindings. */
export interface Source {
    readonly exchange: Exchange;
    /** The alternate exchange, for messages that no binding matches. */
    readonly alternate: string | undefined;
    /** Whether a plugin decides which of its bindings match. */
    readonly isPluginType: boolean;
    /** The bindings that match a message with these routing keys and headers. */
    readonly select: (routingKeys: readonly string[], headers: KnownHeaders) => readonly Binding[];
}

/** The exchanges and queues of a topology, indexed for routing. */
export interface RoutingIndex {
    readonly hasQueue: (vhost: string, name: string) => boolean;
    readonly source: (vhost: string, exchange: string) => Source | undefined;
}

/**
 * The exchanges that every virtual host has. The broker exports their bindings, but not the exchanges. The default exchange, `""`, routes by queue
 * name only if a message is published to it or dead-lettered through it. As an alternate exchange it has no bindings, and can only route to its own
 * alternate exchange, which it has if a policy's pattern matches the empty name (measured on 4.0.5 and 4.3.6 by tests/broker/oracle.test.ts).
 * @see https://www.rabbitmq.com/docs/exchanges#default-exchanges
 */
const predeclared: ReadonlyMap<string, ExchangeType> = new Map([
    ["", "direct"],
    ["amq.direct", "direct"],
    ["amq.fanout", "fanout"],
    ["amq.headers", "headers"],
    ["amq.match", "headers"],
    ["amq.rabbitmq.trace", "topic"],
    ["amq.topic", "topic"],
]);

/** The predeclared exchange with a name; `undefined` if there is none. */
export function builtInExchange(vhost: string, name: string): Exchange | undefined {
    const type = predeclared.get(name);
    return type === undefined ? undefined : exchange(vhost, name, type);
}

/** The routing index of a topology and a broker version. Each exchange is indexed when the first message reaches it. */
export const routingIndex: (topology: Topology, version?: KnownVersion) => RoutingIndex =
    perTopologyAndVersion((topology, version) => {
        const { queueNamed, exchangeNamed, bindingsFrom } = topologyIndex(topology);
        const settingsOf = effectiveSettings(topology, version);
        const sources = new Map<Exchange, Source>();
        const undeclared = new Map<string, Exchange>();

        /** Returns the same object for each call. */
        const builtIn = (vhost: string, name: string): Exchange | undefined => {
            const key = objectKey({ vhost, name });
            const object = undeclared.get(key) ?? builtInExchange(vhost, name);
            if (object !== undefined) {
                undeclared.set(key, object);
            }
            return object;
        };

        const sourceOf = (object: Exchange): Source => {
            const { vhost, name } = object;
            const alternate = settingsOf(object).settings.get("alternate-exchange");
            return {
                exchange: object,
                alternate: typeof alternate?.value === "string" ? alternate.value : undefined,
                ...selection(object, name === "" ? [] : bindingsFrom(vhost, name)),
            };
        };

        return {
            hasQueue: (vhost, name) => queueNamed(vhost, name) !== undefined,
            source: (vhost, name) => {
                const object = exchangeNamed(vhost, name) ?? builtIn(vhost, name);
                if (object === undefined) {
                    return undefined;
                }
                const source = sources.get(object) ?? sourceOf(object);
                sources.set(object, source);
                return source;
            },
        };
    });

/**
 * The type that determines the routing: a delayed-message exchange routes later, as the type in its argument does.
 * @see https://github.com/rabbitmq/rabbitmq-delayed-message-exchange
 */
function routingType({ type, arguments: args }: Exchange): string {
    const delayed = args["x-delayed-type"];
    return type === "x-delayed-message" && typeof delayed === "string" ? delayed : type;
}

function selection(object: Exchange, bindings: readonly Binding[]): Pick<Source, "select" | "isPluginType"> {
    switch (routingType(object)) {
        case "fanout":
            return { isPluginType: false, select: () => bindings };
        case "direct": {
            const withKey = groupLookup(bindings, ({ routingKey }) => routingKey);
            return { isPluginType: false, select: (keys) => keys.flatMap(withKey) };
        }
        case "topic": {
            const trie = new TopicTrie<Binding>();
            for (const each of bindings) {
                trie.add(each.routingKey, each);
            }
            return { isPluginType: false, select: (keys) => keys.flatMap((key) => trie.match(key)) };
        }
        case "headers": {
            const matchingBindings = headersIndex(bindings, (each) => each.arguments);
            return { isPluginType: false, select: (_, headers) => matchingBindings(headers) };
        }
        default:
            // Only the plugin knows which bindings match; all of them is the upper bound.
            return { isPluginType: true, select: () => bindings };
    }
}
