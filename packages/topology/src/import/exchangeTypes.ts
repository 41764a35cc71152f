import { isAtLeast, type KnownVersion } from "../model/index.ts";

/** Where a type of exchange comes from. */
export interface ExchangeTypeSource {
    /** The plugin that has it. @default - none: the broker itself */
    readonly plugin?: string;
    /** Whether RabbitMQ ships the plugin. */
    readonly isShipped: boolean;
}

const builtIn: ExchangeTypeSource = { isShipped: true };
const shipped = (plugin: string): ExchangeTypeSource => ({ plugin, isShipped: true });
const community = (plugin: string): ExchangeTypeSource => ({ plugin, isShipped: false });

/** Types of RabbitMQ, of the plugins that it ships, and of plugins that are in wide use. */
const sources: ReadonlyMap<string, ExchangeTypeSource> = new Map([
    ["direct", builtIn],
    ["fanout", builtIn],
    ["topic", builtIn],
    ["headers", builtIn],
    ["x-local-random", builtIn],
    ["x-modulus-hash", builtIn],
    ["x-consistent-hash", shipped("rabbitmq_consistent_hash_exchange")],
    ["x-random", shipped("rabbitmq_random_exchange")],
    ["x-recent-history", shipped("rabbitmq_recent_history_exchange")],
    ["x-jms-topic", shipped("rabbitmq_jms_topic_exchange")],
    ["x-event", shipped("rabbitmq_event_exchange")],
    ["x-super-stream", shipped("rabbitmq_stream")],
    ["x-federation-upstream", shipped("rabbitmq_federation")],
    ["x-delayed-message", community("rabbitmq_delayed_message_exchange")],
    ["x-message-deduplication", community("rabbitmq_message_deduplication")],
    ["x-rtopic", community("rabbitmq_rtopic_exchange")],
    ["x-lvc", community("rabbitmq_lvc_exchange")],
]);

/** Every known type of exchange. */
export const exchangeTypes: readonly string[] = [...sources.keys()];

/** Where a type of exchange comes from in a version; `undefined` for one that is not known. */
export function exchangeTypeSource(type: string, version: KnownVersion): ExchangeTypeSource | undefined {
    // Until 4.2 the plugin for sharding had it.
    return type === "x-modulus-hash" && !isAtLeast(version, "4.3")
        ? shipped("rabbitmq_sharding")
        : sources.get(type);
}
