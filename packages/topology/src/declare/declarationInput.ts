import type { Arguments } from "../model/arguments.ts";
import type { ExchangeInput } from "./exchanges.ts";
import type { BoundInput, DurationInput, QueueInput, RetryInput } from "./queueInput.ts";
import type { ServiceInput } from "./services.ts";

/** A binding that no queue's `from` says: between two exchanges, or to a queue. */
export interface BindingInput {
    readonly from: string;
    readonly to: { readonly exchange: string } | { readonly queue: string };
    /** Required where the exchange in `from` routes by it. */
    readonly key?: string;
    readonly keys?: readonly string[];
    /** A headers exchange matches by them. */
    readonly arguments?: Arguments;
}

/** What counts for every queue of the virtual host that does not say otherwise; an option counts for the purposes that have it. */
export interface DefaultsInput {
    readonly bound?: BoundInput;
    readonly critical?: boolean;
    readonly deadline?: DurationInput | "never";
    readonly jobLimit?: DurationInput;
    readonly retain?: boolean;
    readonly retry?: RetryInput;
    readonly singleActiveConsumer?: boolean;
}

/** One virtual host as plain data: what the constructors return, and what JSON or YAML says. */
export interface DeclarationInput {
    readonly vhost: string;
    readonly exchanges?: readonly ExchangeInput[];
    readonly queues?: readonly QueueInput[];
    readonly bindings?: readonly BindingInput[];
    readonly services?: readonly ServiceInput[];
    readonly defaults?: DefaultsInput;
    /** Its name, or all of it where the compiler's differs; added only where a work queue needs it. @default "<vhost>.dead-letter", a direct exchange */
    readonly deadLetterExchange?: string | ExchangeInput;
    /** The same for the delay queues of brokers without delayed retry. @default "<vhost>.retry", a topic exchange */
    readonly retryExchange?: string | ExchangeInput;
}
