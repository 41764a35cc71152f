/** A duration in whole milliseconds. Only {@link duration} makes one, so that a bare number is not used as a duration by mistake. */
export type Duration = number & { readonly unit: "milliseconds" };

const unitMs = { millisecond: 1, second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

/** A duration as text: `"30 seconds"`, `"1 minute"`, `"5 days"`. */
export type DurationText = `${number} ${Unit | `${Unit}s`}`;

const grammar = /^(?<amount>\d+) (?<unit>millisecond|second|minute|hour|day)s?$/;

/**
 * The maximum duration: 49 days, the largest 32-bit number of milliseconds. (For a TTL by argument, the broker's maximum is ten years.)
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit_common/src/rabbit_misc.erl check_expiry
 */
export const maxDurationMs = 4_294_967_295;

/** Reads a duration from a text; `undefined` if the text is not a duration or is longer than {@link maxDurationMs}. */
export function parseDuration(text: string): Duration | undefined {
    const { amount, unit } = grammar.exec(text)?.groups ?? {};
    if (amount === undefined || unit === undefined) {
        return undefined;
    }
    const ms = Number(amount) * unitMs[unit as Unit]; // the grammar lists exactly the keys of unitMs
    return ms <= maxDurationMs ? (ms as Duration) : undefined; // the only place that makes the type
}

/**
 * A duration from a literal.
 * @throws RangeError `"x" is not a duration`
 */
export function duration(text: DurationText): Duration {
    const parsed = parseDuration(text);
    if (parsed === undefined) {
        throw new RangeError(`"${text}" is not a duration`);
    }
    return parsed;
}

/** Multiplies a duration: `times(duration("5 seconds"), 3)` is 15 seconds. */
export function times(span: Duration, factor: number): Duration {
    return Math.round(span * factor) as Duration; // still a duration
}

/** The shorter of two durations. */
export function shorter(a: Duration, b: Duration): Duration {
    return a < b ? a : b;
}

/** A duration in the largest unit that divides it: `"90 seconds"`, `"1 day"`. */
export function formatDuration(span: Duration): DurationText {
    const units = Object.entries(unitMs).reverse() as [Unit, number][]; // Object.entries widens the keys
    for (const [unit, ms] of units) {
        if (span >= ms && span % ms === 0) {
            const amount = span / ms;
            return `${amount} ${amount === 1 ? unit : (`${unit}s` as const)}`;
        }
    }
    return "0 seconds";
}
