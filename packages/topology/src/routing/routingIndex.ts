import { type ExchangeRouting, routingOf } from "../broker/exchangeTypes.ts";
import { linksOf } from "../links/links.ts";
import type { Shovel } from "../links/shovel.ts";
import { groupLookup } from "../lookup/groups.ts";
import { perTopologyAndVersion } from "../lookup/memoize.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import { builtInExchange } from "../model/builtInExchange.ts";
import { type Binding, type Exchange, type KnownVersion, objectKey, type Topology } from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { headersIndex, type KnownHeaders } from "./routingHeaders.ts";
import { TopicTrie } from "./routingTopic.ts";

/** An exchange with the index of its bindings. */
export interface Source {
    readonly exchange: Exchange;
    readonly routing: ExchangeRouting;
    /** All bindings that it routes by. */
    readonly bindings: readonly SourceBinding[];
    /** The alternate exchange, for messages that no binding matches. */
    readonly alternate: string | undefined;
    /** Whether only a plugin knows which of its bindings match. */
    readonly isUnknown: boolean;
    /** How it chooses one of the matching bindings. @default - it uses all of them */
    readonly choice?: string;
    /** What it does besides routing. @default - nothing */
    readonly note?: string;
    /** The bindings that match a message with these routing keys and headers. */
    readonly select: (routingKeys: readonly string[], headers: KnownHeaders) => readonly SourceBinding[];
}

/** A binding of an exchange. A shovel that takes messages from it has one to a queue of its own, which is not exported. */
export interface SourceBinding extends Binding {
    readonly shovel?: Shovel;
}

/** The exchanges and queues of a topology, indexed for routing. */
export interface RoutingIndex {
    readonly hasQueue: (vhost: string, name: string) => boolean;
    readonly source: (vhost: string, exchange: string) => Source | undefined;
}

/** The routing index of a topology and a broker version. Each exchange is indexed when the first message reaches it. */
export const routingIndex: (topology: Topology, version?: KnownVersion) => RoutingIndex =
    perTopologyAndVersion((topology, version) => {
        const { queueNamed, exchangeNamed, bindingsFrom } = topologyIndex(topology);
        const settingsOf = effectiveSettings(topology, version);
        const { fromExchange } = linksOf(topology);
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

        const shovelBindings = (vhost: string, source: string): readonly SourceBinding[] =>
            fromExchange(vhost, source).map((shovel) => ({
                vhost,
                source,
                destination: shovel.name,
                destinationType: "queue",
                routingKey: shovel.source.key ?? "",
                arguments: {},
                shovel,
            }));

        const sourceOf = (object: Exchange): Source => {
            const { vhost, name } = object;
            const alternate = settingsOf(object).settings.get("alternate-exchange");
            return {
                exchange: object,
                alternate: typeof alternate?.value === "string" ? alternate.value : undefined,
                ...selection(
                    object,
                    name === "" ? [] : [...bindingsFrom(vhost, name), ...shovelBindings(vhost, name)],
                ),
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

type Selection = Pick<Source, "bindings" | "choice" | "isUnknown" | "note" | "routing" | "select">;

function selection(object: Exchange, bindings: readonly SourceBinding[]): Selection {
    const { routing, choice, note } = routingOf(object);
    return {
        routing,
        bindings,
        select: selectorOf(routing, bindings),
        isUnknown: routing === "unknown",
        ...(choice !== undefined && { choice }),
        ...(note !== undefined && { note }),
    };
}

function selectorOf(routing: ExchangeRouting, bindings: readonly SourceBinding[]): Source["select"] {
    switch (routing) {
        case "direct": {
            const withKey = groupLookup(bindings, ({ routingKey }) => routingKey);
            return (keys) => keys.flatMap(withKey);
        }
        case "topic": {
            const trie = new TopicTrie<SourceBinding>();
            for (const each of bindings) {
                trie.add(each.routingKey, each);
            }
            return (keys) => keys.flatMap((key) => trie.match(key));
        }
        case "reverseTopic":
            return (keys) => {
                const patterns = new TopicTrie<string>();
                for (const key of keys) {
                    patterns.add(key, key);
                }
                return bindings.filter(({ routingKey }) => patterns.match(routingKey).length > 0);
            };
        case "headers": {
            const matchingBindings = headersIndex(bindings, (each) => each.arguments);
            return (_, headers) => matchingBindings(headers);
        }
        case "fanout":
        // Only the plugin knows which bindings match; all of them is the upper bound.
        case "unknown":
            return () => bindings;
    }
}
