import type { Arguments } from "../model/arguments.ts";
import type { ExchangeInput } from "./exchanges.ts";
import type { BoundInput, DurationInput, QueueInput, RetryInput } from "./queueInput.ts";
import type { ServiceInput } from "./services.ts";

/** A binding that is not in a queue's `from`: between two exchanges, or to a queue. */
export interface BindingInput {
    readonly from: string;
    readonly to: { readonly exchange: string } | { readonly queue: string };
    /** The routing key. Required if the exchange in `from` routes by it. */
    readonly key?: string;
    readonly keys?: readonly string[];
    /** A headers exchange matches messages by them. */
    readonly arguments?: Arguments;
}

/** Defaults for the queues of the virtual host. An option applies to the purposes that have it. */
export interface DefaultsInput {
    readonly bound?: BoundInput;
    readonly critical?: boolean;
    readonly deadline?: DurationInput | "never";
    readonly jobLimit?: DurationInput;
    readonly retain?: boolean;
    readonly retry?: RetryInput;
    readonly singleActiveConsumer?: boolean;
}

/** One virtual host as plain data, from the constructors or from JSON or YAML. */
export interface DeclarationInput {
    readonly vhost: string;
    readonly exchanges?: readonly ExchangeInput[];
    readonly queues?: readonly QueueInput[];
    readonly bindings?: readonly BindingInput[];
    readonly services?: readonly ServiceInput[];
    readonly defaults?: DefaultsInput;
    /** Whether operator policies limit the queues that other programs declare in the virtual host. @default true */
    readonly caps?: boolean;
    /** The name or the full declaration of the dead-letter exchange; added only if a work queue needs it. @default "<vhost>.dead-letter", a topic exchange */
    readonly deadLetterExchange?: string | ExchangeInput;
    /** The same for the retry exchange, which redriven messages and brokers without delayed retry need. @default "<vhost>.retry", a topic exchange */
    readonly retryExchange?: string | ExchangeInput;
    /** The same for the exchange of the replies, which services that make calls need; always a topic exchange. @default "<vhost>.replies" */
    readonly replyExchange?: string | ExchangeInput;
}
