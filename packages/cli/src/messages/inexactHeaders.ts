import { isTable } from "@spot-messaging/topology/messages";

/** What a client writes for bytes that are not UTF-8. */
const replacement = "\uFFFD";

/**
 * The first header that the client cannot publish as it received it, with why: JavaScript has no integers above 2^53, and the client reads every
 * text as UTF-8. `undefined`: all can be published again.
 */
export function inexactHeader(headers: Readonly<Record<string, unknown>>): string | undefined {
    for (const [name, value] of Object.entries(headers)) {
        const reason = reasonOf(value) ?? (name.includes(replacement) ? notUtf8 : undefined);
        if (reason !== undefined) {
            return `header "${name}" ${reason}`;
        }
    }
    return undefined;
}

const notUtf8 = "is a text that is not UTF-8";

function reasonOf(value: unknown): string | undefined {
    if (typeof value === "string") {
        return value.includes(replacement) ? notUtf8 : undefined;
    }
    if (typeof value === "number") {
        // AMQP has no larger integers, and its largest is rounded to 2^64; the rest are exact floating-point numbers.
        return Math.abs(value) > Number.MAX_SAFE_INTEGER && Math.abs(value) <= 2 ** 64
            ? "is an integer above 2^53: JavaScript keeps only its first digits"
            : undefined;
    }
    const inner = Array.isArray(value) ? value : isTable(value) ? Object.values(value) : [];
    return inner.map(reasonOf).find((each) => each !== undefined);
}

/**
 * The headers as the client can encode them: it takes all whole numbers for integers of 64 bits, unless their type is written
 * with them.
 */
export function encodableHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, encodable(value)]));
}

function encodable(value: unknown): unknown {
    if (typeof value === "number") {
        return Math.abs(value) < 2 ** 63 ? value : { "!": "double", value };
    }
    if (Array.isArray(value)) {
        return value.map(encodable);
    }
    return isTable(value) && !("!" in value) ? encodableHeaders(value) : value;
}
