import type { Arguments, ArgumentValue } from "../../model/arguments.ts";
import { type Duration, maxDurationMs, parseDuration } from "../../model/duration.ts";
import { type Bytes, parseBytes } from "../../model/size.ts";
import { quoted, suggestName } from "../../text/names.ts";

/** A kind of value that an option accepts. */
export interface Kind<T> {
    /** Converts a raw value to the model's form; `undefined` if it is of another kind. */
    readonly parse: (raw: unknown) => T | undefined;
    /** How to fix a value of another kind. */
    readonly fix: (raw: unknown) => string;
    /** Replaces an invalid value, so that reading can continue; the declaration is refused afterwards. */
    readonly placeholder: T;
}

export const text: Kind<string> = {
    parse: (raw) => (typeof raw === "string" ? raw : undefined),
    fix: () => "write a text",
    placeholder: "",
};

export const flag: Kind<boolean> = {
    parse: (raw) => (typeof raw === "boolean" ? raw : undefined),
    fix: () => "write true or false",
    placeholder: false,
};

export const texts: Kind<readonly string[]> = {
    parse: (raw) => (isList(raw) && raw.every((each) => typeof each === "string") ? [...raw] : undefined),
    fix: () => "write a list of texts",
    placeholder: [],
};

/** A list of any values; its entries are read separately. */
export const list: Kind<readonly unknown[]> = {
    parse: (raw) => (isList(raw) ? raw : undefined),
    fix: () => "write a list",
    placeholder: [],
};

/** A whole number of at least `min`. */
export function count(min: number): Kind<number> {
    return {
        parse: (raw) => (isCount(raw, min) ? raw : undefined),
        fix: () => `write a whole number of at least ${min}`,
        placeholder: min,
    };
}

/** A duration as text, or in milliseconds. */
export const span: Kind<Duration> = {
    parse: (raw) => {
        const read = typeof raw === "string" ? parseDuration(raw) : raw;
        return isCount(read, 1) && read <= maxDurationMs ? (read as Duration) : undefined; // parsed, or already in this unit
    },
    fix: () => 'write a duration such as "30 seconds" or "5 minutes"',
    placeholder: 1 as Duration, // never used
};

/** A size as text, or in bytes. */
export const size: Kind<Bytes> = {
    parse: (raw) => {
        const read = typeof raw === "string" ? parseBytes(raw) : raw;
        return isCount(read, 1) ? (read as Bytes) : undefined; // parsed, or already in this unit
    },
    fix: () => 'write a size such as "256 MiB" or "1 GiB"',
    placeholder: 1 as Bytes, // never used
};

/** One of several texts. */
export function oneOf<const T extends string>(words: readonly [T, ...T[]]): Kind<T> {
    return {
        parse: (raw) => words.find((each) => each === raw),
        fix: (raw) => suggestName(typeof raw === "string" ? raw : "", words, `write one of ${quoted(words)}`),
        placeholder: words[0],
    };
}

/** Arguments or settings: any JSON value, by key. */
export const table: Kind<Arguments> = {
    parse: (raw) => {
        const value = isTable(raw) ? argumentValue(raw) : undefined;
        return value as Arguments | undefined; // a table is converted to a table
    },
    fix: () => "write a table of texts, numbers, true, false, lists and tables",
    placeholder: {},
};

/** Whether a raw value is a table of options. */
export function isTable(raw: unknown): raw is Readonly<Record<string, unknown>> {
    return typeof raw === "object" && raw !== null && !isList(raw);
}

function isList(raw: unknown): raw is readonly unknown[] {
    return Array.isArray(raw);
}

function isCount(raw: unknown, min: number): raw is number {
    return Number.isSafeInteger(raw) && Number(raw) >= min;
}

/** The value as JSON stores it; `undefined` entries of a table are dropped. */
function argumentValue(raw: unknown): ArgumentValue | undefined {
    if (raw === null || typeof raw === "string" || typeof raw === "boolean") {
        return raw;
    }
    if (typeof raw === "number") {
        return Number.isFinite(raw) ? raw : undefined;
    }
    if (isList(raw)) {
        const values = raw.map(argumentValue).filter((each) => each !== undefined);
        return values.length === raw.length ? values : undefined;
    }
    if (!isTable(raw)) {
        return undefined;
    }
    const entries = Object.entries(raw)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => [key, argumentValue(each)] as const);
    return entries.some(([, each]) => each === undefined)
        ? undefined
        : (Object.fromEntries(entries) as Arguments); // none is undefined
}
