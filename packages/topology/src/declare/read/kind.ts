import type { Arguments, ArgumentValue } from "../../model/arguments.ts";
import { type Duration, longestDurationMs, parseDuration } from "../../model/duration.ts";
import { type Bytes, parseBytes } from "../../model/size.ts";
import { quoted, suggestName } from "../../text/names.ts";

/** A kind of value that an option takes. */
export interface Kind<T> {
    /** The value that was written, in the form of the model; `undefined` where it is of another kind. */
    readonly parse: (written: unknown) => T | undefined;
    /** The way out for a value of another kind. */
    readonly fix: (written: unknown) => string;
    /** Takes the place of a value that could not be read; the declaration is refused then. */
    readonly harmless: T;
}

export const text: Kind<string> = {
    parse: (written) => (typeof written === "string" ? written : undefined),
    fix: () => "write a text",
    harmless: "",
};

export const flag: Kind<boolean> = {
    parse: (written) => (typeof written === "boolean" ? written : undefined),
    fix: () => "write true or false",
    harmless: false,
};

export const texts: Kind<readonly string[]> = {
    parse: (written) =>
        isList(written) && written.every((each) => typeof each === "string") ? [...written] : undefined,
    fix: () => "write a list of texts",
    harmless: [],
};

/** A list of anything; its entries are read one by one. */
export const list: Kind<readonly unknown[]> = {
    parse: (written) => (isList(written) ? written : undefined),
    fix: () => "write a list",
    harmless: [],
};

/** A whole number of at least `least`. */
export function count(least: number): Kind<number> {
    return {
        parse: (written) => (isCount(written, least) ? written : undefined),
        fix: () => `write a whole number of at least ${least}`,
        harmless: least,
    };
}

/** A duration as text, or in milliseconds. */
export const span: Kind<Duration> = {
    parse: (written) => {
        const read = typeof written === "string" ? parseDuration(written) : written;
        return isCount(read, 1) && read <= longestDurationMs ? (read as Duration) : undefined; // read as one, or one already
    },
    fix: () => 'write a duration such as "30 seconds" or "5 minutes"',
    harmless: 1 as Duration, // never used
};

/** A size as text, or in bytes. */
export const size: Kind<Bytes> = {
    parse: (written) => {
        const read = typeof written === "string" ? parseBytes(written) : written;
        return isCount(read, 1) ? (read as Bytes) : undefined; // read as one, or one already
    },
    fix: () => 'write a size such as "256 MiB" or "1 GiB"',
    harmless: 1 as Bytes, // never used
};

/** One of several words. */
export function oneOf<const T extends string>(words: readonly [T, ...T[]]): Kind<T> {
    return {
        parse: (written) => words.find((each) => each === written),
        fix: (written) =>
            suggestName(typeof written === "string" ? written : "", words, `write one of ${quoted(words)}`),
        harmless: words[0],
    };
}

/** Arguments or settings: anything that JSON can say, by key. */
export const table: Kind<Arguments> = {
    parse: (written) => {
        const value = isTable(written) ? argumentValue(written) : undefined;
        return value as Arguments | undefined; // a table stays one
    },
    fix: () => "write a table of texts, numbers, true, false, lists and tables",
    harmless: {},
};

/** Options by name. */
export function isTable(written: unknown): written is Readonly<Record<string, unknown>> {
    return typeof written === "object" && written !== null && !isList(written);
}

function isList(written: unknown): written is readonly unknown[] {
    return Array.isArray(written);
}

function isCount(written: unknown, least: number): written is number {
    return Number.isSafeInteger(written) && Number(written) >= least;
}

/** The value as JSON would carry it; what is `undefined` in a table is not there. */
function argumentValue(written: unknown): ArgumentValue | undefined {
    if (written === null || typeof written === "string" || typeof written === "boolean") {
        return written;
    }
    if (typeof written === "number") {
        return Number.isFinite(written) ? written : undefined;
    }
    if (isList(written)) {
        const values = written.map(argumentValue).filter((each) => each !== undefined);
        return values.length === written.length ? values : undefined;
    }
    if (!isTable(written)) {
        return undefined;
    }
    const entries = Object.entries(written)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => [key, argumentValue(each)] as const);
    return entries.some(([, each]) => each === undefined)
        ? undefined
        : (Object.fromEntries(entries) as Arguments); // none is undefined
}
