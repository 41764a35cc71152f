import type { Arguments } from "../model/index.ts";
import { shownField } from "../text/shown.ts";
import type { InputProblems } from "./inputProblem.ts";
import type { JsonPath } from "./jsonDocument.ts";

/** An object of an input, whose fields are not yet validated. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the fields of one object of an input. An unreadable field is reported and makes the object invalid. */
export interface ObjectReader {
    readonly object: JsonObject;
    /** `queues[3] "orders"`. */
    readonly place: string;
    readonly path: JsonPath;
    /** Whether a field was unreadable; the other values must not be used then. */
    readonly isInvalid: () => boolean;
    readonly invalidate: () => void;
    /** A text, or `fallback` if the field is missing. Without `fallback` the field is required. */
    readonly text: (field: string, fallback?: string) => string;
    readonly flag: (field: string, fallback: boolean) => boolean;
    readonly integer: (field: string, fallback: number) => number;
    /** A table of arguments; some brokers export an empty one as `[]`. */
    readonly table: (field: string) => Arguments;
    readonly reject: (field: string, expected: string) => void;
}

/** @param outer the object that contains this one; it becomes invalid together with this one */
export function objectReader(
    object: JsonObject,
    path: JsonPath,
    problems: InputProblems,
    outer?: ObjectReader,
): ObjectReader {
    const place = outer?.place ?? placeAt(path, object["name"] ?? object["user"]);
    let isInvalid = false;
    const invalidate = (): void => {
        isInvalid = true;
        outer?.invalidate();
    };
    const reject: ObjectReader["reject"] = (field, expected) => {
        invalidate();
        problems.add({
            rule: "unreadable",
            place,
            message:
                object[field] === undefined
                    ? `"${field}" is missing`
                    : `"${field}" is ${shownField(field, object[field])}`,
            fix: `expected ${expected}`,
            path: [...path, field],
        });
    };
    const read = <T>(
        field: string,
        is: (value: unknown) => value is T,
        expected: string,
        fallback: T | undefined,
        placeholder: T,
    ): T => {
        const value = object[field];
        // For an unknown value, a broker exports null or omits the field.
        const isAbsent = value === undefined || value === null;
        if (isAbsent && fallback !== undefined) {
            return fallback;
        }
        if (is(value)) {
            return value;
        }
        reject(field, expected);
        return placeholder;
    };
    return {
        object,
        place,
        path,
        isInvalid: () => isInvalid,
        invalidate,
        reject,
        text: (field, fallback) => read(field, isText, "a text", fallback, ""),
        flag: (field, fallback) => read(field, isFlag, "true or false", fallback, fallback),
        integer: (field, fallback) => read(field, isInteger, "a whole number", fallback, fallback),
        table: (field) =>
            Array.isArray(object[field]) && object[field].length === 0
                ? {}
                : read(field, isTable, "a table of arguments", {}, {}),
    };
}

/** The place of an object in the file: `queues[3] "orders"`. */
export function placeAt(path: JsonPath, name?: unknown): string {
    const where = path.map((each, index) =>
        typeof each === "number" ? `[${each}]` : index === 0 ? each : `.${each}`,
    );
    return `${where.join("")}${typeof name === "string" ? ` "${name}"` : ""}`;
}

function isText(value: unknown): value is string {
    return typeof value === "string";
}

function isFlag(value: unknown): value is boolean {
    return typeof value === "boolean";
}

function isInteger(value: unknown): value is number {
    return Number.isSafeInteger(value);
}

/** Any JSON object can be a table of arguments. */
function isTable(value: unknown): value is Arguments {
    return isObject(value);
}
