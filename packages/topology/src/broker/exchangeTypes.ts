import { type Exchange, isAtLeast, type KnownVersion } from "../model/index.ts";

/** Where a type of exchange comes from. */
export interface ExchangeTypeSource {
    /** The plugin that has it. @default - none: the broker itself */
    readonly plugin?: string;
    /** Whether RabbitMQ ships the plugin. */
    readonly isShipped: boolean;
    /** The first version for which no build of the plugin is known. @default - every supported version has one */
    readonly until?: KnownVersion;
    /** Where releases of a plugin are that RabbitMQ does not ship. */
    readonly home?: string;
}

/** Which bindings match a message. */
export type ExchangeRouting =
    | "direct"
    | "fanout"
    | "topic"
    | "headers"
    /** The routing key is the pattern, and binding keys are plain words. */
    | "reverseTopic"
    /** Only the plugin knows. */
    | "unknown";

/** How a type of exchange routes. */
interface ExchangeTypeRouting {
    readonly routing: ExchangeRouting;
    /** How it chooses one of the matching bindings. @default - it uses all of them */
    readonly choice?: string;
    /** What it does besides. @default - nothing */
    readonly note?: string;
}

interface ExchangeTypeEntry extends ExchangeTypeSource, ExchangeTypeRouting {
    /** Arguments without which an exchange of the type is refused, with an example of their values. */
    readonly requiredArguments?: Readonly<Record<string, string | number>>;
}

type Rest = Partial<ExchangeTypeEntry>;

function builtIn(routing: ExchangeRouting, rest: Rest = {}): ExchangeTypeEntry {
    return { isShipped: true, routing, ...rest };
}

function shipped(plugin: string, routing: ExchangeRouting, rest: Rest = {}): ExchangeTypeEntry {
    return { plugin, isShipped: true, routing, ...rest };
}

function community(
    plugin: string,
    routing: ExchangeRouting,
    rest: Rest & Required<Pick<ExchangeTypeSource, "home" | "until">>,
): ExchangeTypeEntry {
    return { plugin, isShipped: false, routing, ...rest };
}

/**
 * Types of RabbitMQ, of the plugins that it ships, and of plugins that are in wide use. RabbitMQ 4.3 has no Mnesia, which the plugins that it does
 * not ship need: they do not start there. Each type routes as its source code says.
 * @see https://github.com/rabbitmq/rabbitmq-server/tree/v4.3.5/deps
 * @see https://github.com/rabbitmq/rabbitmq-rtopic-exchange/issues/43
 * @see https://github.com/noxdafox/rabbitmq-message-deduplication/issues/127
 */
const entries: ReadonlyMap<string, ExchangeTypeEntry> = new Map([
    ["direct", builtIn("direct")],
    ["fanout", builtIn("fanout")],
    ["topic", builtIn("topic")],
    ["headers", builtIn("headers")],
    ["x-local-random", builtIn("fanout", { choice: "at random, of the queues on the publisher's node" })],
    ["x-modulus-hash", builtIn("fanout", { choice: "by the hash of its routing keys" })],
    [
        "x-consistent-hash",
        shipped("rabbitmq_consistent_hash_exchange", "fanout", {
            choice: "by hash, in proportion to the weights in the binding keys",
        }),
    ],
    ["x-random", shipped("rabbitmq_random_exchange", "fanout", { choice: "at random" })],
    [
        "x-recent-history",
        shipped("rabbitmq_recent_history_exchange", "fanout", {
            note: "also sends its last messages to every queue that is bound later",
        }),
    ],
    ["x-jms-topic", shipped("rabbitmq_jms_topic_exchange", "unknown")],
    ["x-federation-upstream", shipped("rabbitmq_federation", "fanout")],
    [
        "x-delayed-message",
        community("rabbitmq_delayed_message_exchange", "unknown", {
            until: "4.3",
            requiredArguments: { "x-delayed-type": "topic" },
            note: 'routes after the delay in the header "x-delay"',
            home: "https://github.com/rabbitmq/rabbitmq-delayed-message-exchange",
        }),
    ],
    [
        "x-message-deduplication",
        community("rabbitmq_message_deduplication", "fanout", {
            until: "4.3",
            requiredArguments: { "x-cache-size": 1000 },
            note: 'drops a message whose header "x-deduplication-header" it has seen',
            home: "https://github.com/noxdafox/rabbitmq-message-deduplication",
        }),
    ],
    [
        "x-rtopic",
        community("rabbitmq_rtopic_exchange", "reverseTopic", {
            until: "4.3",
            home: "https://github.com/rabbitmq/rabbitmq-rtopic-exchange",
        }),
    ],
    [
        "x-lvc",
        community("rabbitmq_lvc_exchange", "direct", {
            until: "4.0",
            note: "also sends the last message of a routing key to every queue that is bound with it later",
            home: "https://github.com/rabbitmq/rabbitmq-lvc-exchange",
        }),
    ],
]);

/** Every known type of exchange. */
export const exchangeTypes: readonly string[] = [...entries.keys()];

const delayedMessage = "x-delayed-message";

/** Where a type of exchange comes from in a version; `undefined` for one that is not known. */
export function exchangeTypeSource(type: string, version: KnownVersion): ExchangeTypeSource | undefined {
    if (type === "x-local-random" && !isAtLeast(version, "4.0")) {
        return undefined;
    }
    // Until 4.2 the plugin for sharding had it.
    return type === "x-modulus-hash" && !isAtLeast(version, "4.3")
        ? { plugin: "rabbitmq_sharding", isShipped: true }
        : entries.get(type);
}

/** Whether a build of the type's plugin is known for a version. */
export function hasKnownBuild({ until }: ExchangeTypeSource, version: KnownVersion): boolean {
    return until === undefined || !isAtLeast(version, until);
}

/** Arguments without which an exchange of a type is refused, with an example of their values. */
export function requiredArguments(type: string): Readonly<Record<string, string | number>> {
    return entries.get(type)?.requiredArguments ?? {};
}

/** How an exchange routes. A delayed-message exchange routes as the type in its argument does, later. */
export function routingOf({
    type,
    arguments: args,
}: Pick<Exchange, "arguments" | "type">): ExchangeTypeRouting {
    const entry = entries.get(type);
    const inner = type === delayedMessage ? args["x-delayed-type"] : undefined;
    if (typeof inner === "string" && inner !== delayedMessage) {
        const { routing, choice } = entries.get(inner) ?? unknownRouting;
        return {
            routing,
            ...(choice !== undefined && { choice }),
            ...(entry?.note !== undefined && { note: entry.note }),
        };
    }
    return entry ?? unknownRouting;
}

const unknownRouting: ExchangeTypeRouting = { routing: "unknown" };
