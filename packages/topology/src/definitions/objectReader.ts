import type { Arguments } from "../model/index.ts";
import { shown } from "../text/shown.ts";
import type { InputProblems } from "./inputProblem.ts";
import type { JsonPath } from "./jsonDocument.ts";

/** An object of an input, before anything is known of its fields. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the fields of one object of an input. A field that cannot be read is reported, and spoils the object. */
export interface ObjectReader {
    readonly object: JsonObject;
    /** `queues[3] "orders"`. */
    readonly place: string;
    readonly path: JsonPath;
    /** Whether a field could not be read: then the other values are not to be used. */
    readonly spoilt: () => boolean;
    readonly spoil: () => void;
    /** A text; `otherwise` where the field is not there. Without `otherwise` it must be there. */
    readonly text: (field: string, otherwise?: string) => string;
    readonly flag: (field: string, otherwise: boolean) => boolean;
    readonly integer: (field: string, otherwise: number) => number;
    /** A table of arguments; brokers write an empty one as `[]` at times, an Erlang habit. */
    readonly table: (field: string) => Arguments;
    readonly reject: (field: string, expected: string) => void;
}

/** @param outer the object that this one is a part of: what spoils the part spoils the whole */
export function objectReader(
    object: JsonObject,
    path: JsonPath,
    problems: InputProblems,
    outer?: ObjectReader,
): ObjectReader {
    const place = outer?.place ?? placeAt(path, object["name"] ?? object["user"]);
    let spoilt = false;
    const spoil = (): void => {
        spoilt = true;
        outer?.spoil();
    };
    const reject: ObjectReader["reject"] = (field, expected) => {
        spoil();
        problems.add({
            rule: "unreadable",
            place,
            message:
                object[field] === undefined
                    ? `"${field}" is missing`
                    : `"${field}" is ${shown(object[field])}`,
            fix: `expected ${expected}`,
            path: [...path, field],
        });
    };
    const read = <T>(
        field: string,
        is: (value: unknown) => value is T,
        expected: string,
        otherwise: T | undefined,
        harmless: T,
    ): T => {
        const value = object[field];
        // What a broker does not know it leaves out, or says undefined or null.
        const absent = value === undefined || value === null;
        if (absent && otherwise !== undefined) {
            return otherwise;
        }
        if (is(value)) {
            return value;
        }
        reject(field, expected);
        return harmless;
    };
    return {
        object,
        place,
        path,
        spoilt: () => spoilt,
        spoil,
        reject,
        text: (field, otherwise) => read(field, isText, "a text", otherwise, ""),
        flag: (field, otherwise) => read(field, isFlag, "true or false", otherwise, otherwise),
        integer: (field, otherwise) => read(field, isInteger, "a whole number", otherwise, otherwise),
        table: (field) =>
            Array.isArray(object[field]) && object[field].length === 0
                ? {}
                : read(field, isTable, "a table of arguments", {}, {}),
    };
}

/** Names an object as a person finds it in the file. */
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

/** What JSON can say, an argument can be. */
function isTable(value: unknown): value is Arguments {
    return isObject(value);
}
