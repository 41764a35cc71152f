import type { DurationInput } from "../declare/queueInput.ts";
import { type ArgumentValue, type Duration, formatDuration, maxDurationMs } from "../model/index.ts";

/** A duration of a declaration, if it is not the default one. @param milliseconds as the broker stores it */
export function changedSpan<Name extends string>(
    name: Name,
    milliseconds: number,
    otherwise: Duration,
): Partial<Record<Name, DurationInput>> {
    return milliseconds === otherwise ? {} : spanOf(name, milliseconds);
}

/** A duration of a declaration, if the broker has one. */
export function optionalSpan<Name extends string>(
    name: Name,
    value: ArgumentValue | undefined,
): Partial<Record<Name, DurationInput>> {
    return typeof value === "number" ? spanOf(name, value) : {};
}

/** A value that is not a duration is left out; the compiled queue then differs, so that it is not recognized. */
export function spanOf<Name extends string>(
    name: Name,
    milliseconds: number,
): Partial<Record<Name, DurationInput>> {
    const isSpan = Number.isSafeInteger(milliseconds) && milliseconds >= 1 && milliseconds <= maxDurationMs;
    // The value was checked, and has this unit; a computed key widens to string.
    return (isSpan ? { [name]: formatDuration(milliseconds as Duration) } : {}) as Partial<
        Record<Name, DurationInput>
    >;
}
