import type { Arguments } from "./arguments.ts";

/** The built-in exchange types, and types of plugins, whose routing is unknown here. */
export type ExchangeType = "direct" | "fanout" | "topic" | "headers" | `x-${string}`;

/** An exchange as the broker stores it. */
export interface Exchange {
    readonly vhost: string;
    readonly name: string;
    readonly type: ExchangeType;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    /** Whether only other exchanges may publish to it. The RabbitMQ provider cannot declare such an exchange, but a broker export can contain one. */
    readonly internal: boolean;
    readonly arguments: Arguments;
}

/**
 * A durable exchange.
 * @param settings overrides of the defaults: durable, not auto-delete, not internal, without arguments
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
