import { type Duration, duration } from "../../model/duration.ts";
import { type Bytes, bytes } from "../../model/size.ts";
import type { DefaultsInput } from "../declarationInput.ts";
import type { Bound, Retry } from "../queueDeclaration.ts";
import type { BoundInput, RetryInput } from "../queueInput.ts";
import { count, flag, type Kind, size, span } from "./kind.ts";
import type { Options } from "./options.ts";

/** What counts for the queues of a virtual host that do not say otherwise. */
export interface Defaults {
    /** `undefined`: the library's own, which differ by purpose. */
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

const ownRetry: Retry = {
    attempts: 5,
    delay: duration("5 seconds"),
    delayLimit: duration("5 minutes"),
};

/** How much each kind of queue holds where nobody says: far below what raises a memory or disk alarm. */
export const ownBounds = {
    work: { messages: 50_000, size: bytes("1 GiB") },
    transient: { messages: 10_000, size: bytes("64 MiB") },
    requests: { messages: 1_000, size: bytes("64 MiB") },
    commands: { messages: 10_000, size: bytes("16 MiB") },
    parking: { messages: 100_000, size: bytes("1 GiB") },
} as const satisfies Readonly<Record<string, Bound>>;

export const ownTtl = duration("1 minute");
export const ownTimeout = duration("30 seconds");
export const ownRetention = duration("7 days");

/** A duration, or none. */
export const deadline: Kind<Duration | "never"> = {
    parse: (written) => (written === "never" ? written : span.parse(written)),
    fix: () => 'write a duration such as "10 minutes", or "never"',
    harmless: "never",
};

export function readDefaults(outer: Options): Defaults {
    const options = outer.inner("defaults", defaultOptions);
    return {
        bound: readBound(options),
        critical: options.or("critical", flag, true),
        deadline: options.or("deadline", deadline, "never"),
        jobLimit: options.or("jobLimit", span, duration("1 minute")),
        retain: options.or("retain", flag, false),
        retry: readRetry(options, ownRetry),
        singleActiveConsumer: options.or("singleActiveConsumer", flag, false),
    };
}

const boundOptions: readonly (keyof BoundInput)[] = ["messages", "size"];

/** What a bound says of itself; the rest is up to the defaults. */
export function readBound(outer: Options): Partial<Bound> {
    const options = outer.inner("bound", boundOptions);
    const messages = options.optional("messages", count(1));
    const room: Bytes | undefined = options.optional("size", size);
    return { ...(messages !== undefined && { messages }), ...(room !== undefined && { size: room }) };
}

const retryOptions: readonly (keyof RetryInput)[] = ["attempts", "delay", "delayLimit"];

export function readRetry(outer: Options, otherwise: Retry): Retry {
    const options = outer.inner("retry", retryOptions);
    const delay = options.or("delay", span, otherwise.delay);
    // Whoever says only how long the first delay is does not mean to contradict the defaults.
    const longest = delay > otherwise.delayLimit ? delay : otherwise.delayLimit;
    const delayLimit = options.or("delayLimit", span, longest);
    if (delay > delayLimit) {
        options.problem(
            '"retry.delay" is longer than "retry.delayLimit"',
            "raise the limit or lower the delay",
        );
    }
    return { attempts: options.or("attempts", count(1), otherwise.attempts), delay, delayLimit };
}
