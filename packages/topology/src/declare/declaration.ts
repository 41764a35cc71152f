import type { Arguments } from "../model/arguments.ts";
import type { Binding } from "../model/binding.ts";
import type { ExchangeType } from "../model/exchange.ts";
import type { PolicyDefinition } from "../model/policy.ts";
import type { Service } from "../model/service.ts";
import type { QueueDeclaration } from "./queueDeclaration.ts";

/** An exchange as it is declared. */
export interface ExchangeDeclaration {
    readonly name: string;
    readonly type: ExchangeType;
    /** The exchange that gets what no binding matches. @default - none: unroutable messages are returned or dropped */
    readonly alternate?: string;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    /** Whether clients cannot publish to it, only other exchanges. */
    readonly internal: boolean;
    /** Arguments are immutable: changing one replaces the exchange. */
    readonly arguments: Arguments;
    /** What its policy sets besides the alternate exchange, keyed as the broker spells it. */
    readonly settings: PolicyDefinition;
}

/**
 * One virtual host, independent of the broker's version and in full: `declare` expands every shorthand to this, so that everything that follows
 * has one form to read.
 */
export interface Declaration {
    readonly vhost: string;
    readonly exchanges: readonly ExchangeDeclaration[];
    readonly queues: readonly QueueDeclaration[];
    /** Bindings besides those to the queues' sources. */
    readonly bindings: readonly Binding[];
    readonly services: readonly Service[];
    /** Takes what was rejected, expired or tried too often, with the queue's name as routing key. Compiled only where it is needed. */
    readonly deadLetterExchange: ExchangeDeclaration;
    /** Feeds the delay queues of brokers without delayed retry. Compiled only where it is needed. */
    readonly retryExchange: ExchangeDeclaration;
}
