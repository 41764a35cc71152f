import { type Exchange, type ExchangeType, exchange } from "./exchange.ts";

/** An exchange that brokers declare themselves. */
export interface BuiltInExchange {
    readonly type: ExchangeType;
    /** What a broker needs to have it, in its default virtual host. @default - nothing: every virtual host has it */
    readonly needs?: { readonly plugin: string } | { readonly setting: string };
}

/** The broker's name for the default exchange in permission checks. */
export const defaultExchange = "amq.default";

/**
 * The exchanges that brokers declare themselves, by name. Exports contain their bindings, but not the exchanges, and an import does not change
 * them. The default exchange, `""`, routes by queue name only if a message is published to it or dead-lettered through it. As an alternate
 * exchange it has no bindings, and can only route to its own alternate exchange, which it has if a policy's pattern matches the empty name
 * (measured on 4.0.5 and 4.3.6 by tests/broker/oracle.test.ts).
 * @see https://www.rabbitmq.com/docs/exchanges#default-exchanges
 */
export const builtInExchanges: ReadonlyMap<string, BuiltInExchange> = new Map<string, BuiltInExchange>([
    ["", { type: "direct" }],
    ["amq.direct", { type: "direct" }],
    ["amq.fanout", { type: "fanout" }],
    ["amq.headers", { type: "headers" }],
    ["amq.match", { type: "headers" }],
    ["amq.rabbitmq.event", { type: "topic", needs: { plugin: "rabbitmq_event_exchange" } }],
    ["amq.rabbitmq.log", { type: "topic", needs: { setting: "log.exchange = true" } }],
    ["amq.rabbitmq.trace", { type: "topic" }],
    ["amq.topic", { type: "topic" }],
]);

/** The exchange of that name that brokers declare themselves; `undefined` if there is none. */
export function builtInExchange(vhost: string, name: string): Exchange | undefined {
    const found = builtInExchanges.get(name);
    return found === undefined ? undefined : exchange(vhost, name, found.type);
}

/** The names of the exchanges that every virtual host has, as permissions name them. */
export const permanentExchanges: readonly string[] = [...builtInExchanges]
    .filter(([, { needs }]) => needs === undefined)
    .map(([name]) => (name === "" ? defaultExchange : name));
