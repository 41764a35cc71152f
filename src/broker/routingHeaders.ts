import type { Arguments, ArgumentValue } from "../model/index.js";

/** Tells whether a message's headers fit a binding. */
export type HeadersMatcher = (headers: Arguments) => boolean;

/**
 * Reads the arguments of a headers binding once, to be tried on many messages. `all` and `any` ignore arguments that start with `x-`; the
 * `-with-x` forms do not; `x-match` itself is never compared. Where nothing is left to compare, `all` takes every message and `any` none.
 * @see https://www.rabbitmq.com/docs/exchanges#headers
 */
export function headersMatcher(wanted: Arguments): HeadersMatcher {
    const mode = wanted["x-match"] ?? "all";
    const withX = mode === "all-with-x" || mode === "any-with-x";
    const pairs = Object.entries(wanted).filter(
        ([key]) => key !== "x-match" && (withX || !key.startsWith("x-")),
    );
    return mode === "any" || mode === "any-with-x"
        ? (headers) => pairs.some((pair) => fits(pair, headers))
        : (headers) => pairs.every((pair) => fits(pair, headers));
}

/** Whether the headers fit a headers binding. */
export function matchesHeaders(wanted: Arguments, headers: Arguments): boolean {
    return headersMatcher(wanted)(headers);
}

/** A void argument wants the header to be there, whatever its value; any other wants the same value of the same type. */
function fits([key, value]: readonly [string, ArgumentValue], headers: Arguments): boolean {
    if (!Object.hasOwn(headers, key)) {
        return false;
    }
    const header = headers[key];
    return value === null || value === header || (typeof value === "object" && isSame(value, header));
}

function isSame(one: ArgumentValue | undefined, other: ArgumentValue | undefined): boolean {
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
        return one === other;
    }
    const [entries, others] = [Object.entries(one), Object.entries(other)];
    return (
        Array.isArray(one) === Array.isArray(other) &&
        entries.length === others.length &&
        entries.every(([key, value], index) => key === others[index]?.[0] && isSame(value, others[index][1]))
    );
}
