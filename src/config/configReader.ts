import { type Bytes, type Duration, parseBytes, parseDuration } from "@spot-messaging/topology";
import { quoted } from "@spot-messaging/topology/text";

/** A stack's values without their namespace, as the engine passes them: lists and numbers as JSON text. */
export type RawConfig = Readonly<Record<string, string>>;

/** Reads typed values one by one and collects all problems, so that they are reported together. */
export interface ConfigReader {
    readonly problems: readonly string[];
    readonly reject: (key: string, problem: string, wayOut: string) => void;
    /** Whether these keys have no problems, so that their values can be compared. */
    readonly areValid: (...keys: readonly string[]) => boolean;
    readonly text: (key: string) => string;
    readonly optionalText: (key: string) => string | undefined;
    readonly oneOf: <T extends string>(key: string, allowed: readonly T[]) => T;
    readonly integer: (key: string, least: number, most: number) => number;
    readonly port: (key: string) => number;
    readonly flag: (key: string) => boolean;
    /** A non-empty list; `wayOut` describes its entries. */
    readonly list: (key: string, wayOut: string) => readonly string[];
    /** A list, possibly empty. */
    readonly optionalList: (key: string) => readonly string[];
    readonly duration: (key: string) => Duration;
    readonly size: (key: string) => Bytes;
}

/** The namespace of every key in a stack file. */
export const namespace = "spot-messaging";

/**
 * A reader of one stack's values. An invalid value becomes a problem and is replaced by a default of its type, so callers must check
 * `problems` before they use any value.
 */
export function configReader(stack: string, raw: RawConfig): ConfigReader {
    const problems: string[] = [];
    const rejected = new Set<string>();
    const place = (key: string): string => `Pulumi.${stack}.yaml: key "${namespace}:${key}"`;
    const reject = (key: string, problem: string, wayOut: string): void => {
        problems.push(`${place(key)} ${problem}; ${wayOut}`);
        rejected.add(key);
    };
    const optionalText = (key: string): string | undefined => (raw[key] === "" ? undefined : raw[key]);
    const text = (key: string): string => {
        const value = optionalText(key);
        if (value === undefined) {
            reject(key, "is missing", "add it to the stack file");
        }
        return value ?? "";
    };
    /** Reads a value if it exists; a missing value is already a problem. */
    const read = <T>(
        key: string,
        parse: (value: string) => T | undefined,
        expected: string,
        harmless: T,
    ): T => {
        const value = text(key);
        const parsed = value === "" ? harmless : parse(value);
        if (parsed === undefined) {
            reject(key, `has the value "${value}"`, `write ${expected}`);
        }
        return parsed ?? harmless;
    };
    const integer = (key: string, least: number, most: number): number =>
        read(
            key,
            (value) => {
                const number = Number(value);
                return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
            },
            `a whole number from ${least} to ${most}`,
            least,
        );
    const optionalList = (key: string): readonly string[] =>
        read(key, parseList, 'a list of texts, such as ["headers", "links"]', []);
    return {
        problems,
        reject,
        areValid: (...keys) => keys.every((key) => !rejected.has(key)),
        text,
        optionalText,
        oneOf: <T extends string>(key: string, allowed: readonly T[]): T => {
            const choices = quoted(allowed, " or ");
            const [first] = allowed;
            if (first === undefined) {
                throw new RangeError(`no value is allowed for "${key}"`);
            }
            return read(key, (value) => allowed.find((each) => each === value), choices, first);
        },
        integer,
        port: (key) => integer(key, 1, 65_535),
        flag: (key) =>
            read(
                key,
                (value) => (value === "true" ? true : value === "false" ? false : undefined),
                "true or false",
                false,
            ),
        list: (key, wayOut) => {
            const before = problems.length;
            const items = optionalList(key);
            // An unreadable list is already reported; do not report it as empty too.
            if (items.length === 0 && problems.length === before) {
                reject(key, "is empty", wayOut);
            }
            return items;
        },
        optionalList,
        duration: (key) =>
            read(
                key,
                (value) => {
                    const span = parseDuration(value);
                    return span === 0 ? undefined : span;
                },
                'a duration above zero and below 50 days, such as "30 seconds" or "5 minutes"',
                1 as Duration, // never used: the problem is reported
            ),
        size: (key) =>
            read(
                key,
                (value) => {
                    const amount = parseBytes(value);
                    return amount === 0 ? undefined : amount;
                },
                'a size above zero, such as "512 MiB" or "4 GiB"',
                1 as Bytes, // never used: the problem is reported
            ),
    };
}

function parseList(value: string): readonly string[] | undefined {
    try {
        const parsed: unknown = JSON.parse(value);
        return Array.isArray(parsed) && parsed.every((each) => typeof each === "string") ? parsed : undefined;
    } catch {
        return undefined;
    }
}
