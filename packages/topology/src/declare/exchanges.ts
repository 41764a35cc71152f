import type { Arguments } from "../model/arguments.ts";
import type { ExchangeType } from "../model/exchange.ts";
import type { PolicyDefinition } from "../model/policy.ts";

/** The options of an exchange. */
export interface ExchangeOptions {
    /** The exchange that receives messages that no binding matches. @default - none: unroutable messages are returned or dropped */
    readonly alternate?: string;
    /** @default true */
    readonly durable?: boolean;
    /** @default false */
    readonly autoDelete?: boolean;
    /** Whether clients cannot publish to it, only other exchanges. @default false */
    readonly internal?: boolean;
    /** Immutable: changing one replaces the exchange. @default - none */
    readonly arguments?: Arguments;
    /** The settings of the exchange's policy, by policy key. @default - none */
    readonly settings?: PolicyDefinition;
}

/** An exchange as plain data. */
export interface ExchangeInput extends ExchangeOptions {
    readonly name: string;
    readonly type: ExchangeType;
}

/** Routes by the words of the routing key: `*` in a binding matches one word, `#` any number. */
export function topic(name: string, options: ExchangeOptions = {}): ExchangeInput {
    return { type: "topic", name, ...options };
}

/** Routes by the exact routing key. */
export function direct(name: string, options: ExchangeOptions = {}): ExchangeInput {
    return { type: "direct", name, ...options };
}

/** Routes every message to every bound queue and exchange. */
export function fanout(name: string, options: ExchangeOptions = {}): ExchangeInput {
    return { type: "fanout", name, ...options };
}

/** Routes by the headers that a binding's arguments name. */
export function headers(name: string, options: ExchangeOptions = {}): ExchangeInput {
    return { type: "headers", name, ...options };
}
