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
    /** The exchange that receives messages that no binding matches. @default - none: unroutable messages are returned or dropped */
    readonly alternate?: string;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    /** Whether clients cannot publish to it, only other exchanges. */
    readonly internal: boolean;
    /** Arguments are immutable: changing one replaces the exchange. */
    readonly arguments: Arguments;
    /** The other settings of its policy, by policy key. */
    readonly settings: PolicyDefinition;
}

/**
 * One virtual host in full, independent of the broker version. `declare` expands every shorthand to this form, so that later code reads only one
 * form.
 */
export interface Declaration {
    readonly vhost: string;
    readonly exchanges: readonly ExchangeDeclaration[];
    readonly queues: readonly QueueDeclaration[];
    /** Bindings besides those to the queues' sources. */
    readonly bindings: readonly Binding[];
    readonly services: readonly Service[];
    /** Whether operator policies limit the queues that other programs declare in the virtual host. */
    readonly caps: boolean;
    /** Receives messages that were rejected, expired or exceeded the delivery limit, with the queue's name as routing key. Added only if needed. */
    readonly deadLetterExchange: ExchangeDeclaration;
    /** Routes redriven messages to their work queue, and to the delay queues on brokers without delayed retry. Added only if needed. */
    readonly retryExchange: ExchangeDeclaration;
    /** A topic exchange that routes replies to the caller, with its name as routing key. Added only if a service makes calls. */
    readonly replyExchange: ExchangeDeclaration;
}
