import type { Arguments } from "./arguments.ts";

/** The types that every broker has, and those of plugins, whose routing only the plugin knows. */
export type ExchangeType = "direct" | "fanout" | "topic" | "headers" | `x-${string}`;

/** An exchange as the broker holds it. */
export interface Exchange {
    readonly vhost: string;
    readonly name: string;
    readonly type: ExchangeType;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    /** An exchange that only other exchanges may publish to; the provider cannot declare one, foreign definitions hold some. */
    readonly internal: boolean;
    readonly arguments: Arguments;
}

/**
 * A durable exchange.
 * @param settings what differs from a durable exchange that lives on without bindings and has no arguments
 */
export function exchange(
    vhost: string,
    name: string,
    type: ExchangeType,
    settings: Partial<Pick<Exchange, "durable" | "autoDelete" | "internal" | "arguments">> = {},
): Exchange {
    return {
        vhost,
        name,
        type,
        durable: true,
        autoDelete: false,
        internal: false,
        arguments: {},
        ...settings,
    };
}
