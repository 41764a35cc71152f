import { type Duration, duration } from "../../model/duration.ts";
import { type Bytes, bytes } from "../../model/size.ts";
import type { DefaultsInput } from "../declarationInput.ts";
import type { Bound, Retry } from "../queueDeclaration.ts";
import type { BoundInput, RetryInput } from "../queueInput.ts";
import { count, flag, type Kind, size, span } from "./kind.ts";
import type { Options } from "./options.ts";

/** The defaults for the queues of a virtual host. */
export interface Defaults {
    /** Missing fields have the library's defaults, which depend on the purpose. */
    readonly bound: Partial<Bound>;
    readonly critical: boolean;
    readonly deadline: Duration | "never";
    readonly jobLimit: Duration;
    readonly retain: boolean;
    readonly retry: Retry;
    readonly singleActiveConsumer: boolean;
}

const defaultOptions: readonly (keyof DefaultsInput)[] = [
    "bound",
    "critical",
    "deadline",
    "jobLimit",
    "retain",
    "retry",
    "singleActiveConsumer",
];

const defaultRetry: Retry = {
    attempts: 5,
    delay: duration("5 seconds"),
    delayLimit: duration("5 minutes"),
};

/** The default bounds by purpose: far below what triggers a memory or disk alarm. */
export const defaultBounds = {
    work: { messages: 50_000, size: bytes("1 GiB") },
    transient: { messages: 10_000, size: bytes("64 MiB") },
    requests: { messages: 1_000, size: bytes("64 MiB") },
    commands: { messages: 10_000, size: bytes("16 MiB") },
    parking: { messages: 100_000, size: bytes("1 GiB") },
} as const satisfies Readonly<Record<string, Bound>>;

export const defaultTtl = duration("1 minute");
export const defaultTimeout = duration("30 seconds");
export const defaultRetention = duration("7 days");

/** A duration, or `"never"`. */
export const deadline: Kind<Duration | "never"> = {
    parse: (raw) => (raw === "never" ? raw : span.parse(raw)),
    fix: () => 'write a duration such as "10 minutes", or "never"',
    placeholder: "never",
};

export function readDefaults(outer: Options): Defaults {
    const options = outer.inner("defaults", defaultOptions);
    return {
        bound: readBound(options),
        critical: options.withDefault("critical", flag, true),
        deadline: options.withDefault("deadline", deadline, "never"),
        jobLimit: options.withDefault("jobLimit", span, duration("1 minute")),
        retain: options.withDefault("retain", flag, false),
        retry: readRetry(options, defaultRetry),
        singleActiveConsumer: options.withDefault("singleActiveConsumer", flag, false),
    };
}

const boundOptions: readonly (keyof BoundInput)[] = ["messages", "size"];

/** Reads the fields that a bound sets; the others come from the defaults. */
export function readBound(outer: Options): Partial<Bound> {
    const options = outer.inner("bound", boundOptions);
    const messages = options.optional("messages", count(1));
    const maxSize: Bytes | undefined = options.optional("size", size);
    return { ...(messages !== undefined && { messages }), ...(maxSize !== undefined && { size: maxSize }) };
}

const retryOptions: readonly (keyof RetryInput)[] = ["attempts", "delay", "delayLimit"];

export function readRetry(outer: Options, defaults: Retry): Retry {
    const options = outer.inner("retry", retryOptions);
    const delay = options.withDefault("delay", span, defaults.delay);
    // A long first delay without a limit raises the default limit instead of contradicting it.
    const defaultLimit = delay > defaults.delayLimit ? delay : defaults.delayLimit;
    const delayLimit = options.withDefault("delayLimit", span, defaultLimit);
    if (delay > delayLimit) {
        options.problem(
            '"retry.delay" is longer than "retry.delayLimit"',
            "raise the limit or lower the delay",
        );
    }
    return { attempts: options.withDefault("attempts", count(1), defaults.attempts), delay, delayLimit };
}
