import type { JsonPath } from "../definitions/jsonDocument.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { quoted, suggestName } from "../text/names.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";

/** What the broker wants of a field of a runtime parameter. */
export interface ParameterField {
    readonly isMandatory?: boolean;
    /** What is wrong and the way out; `undefined` where the value is fine. */
    readonly fault: (value: unknown, isInteger: boolean) => FieldFault | undefined;
}

export interface FieldFault {
    readonly message: string;
    readonly fix: string;
}

export type ParameterFields = Readonly<Record<string, ParameterField>>;

/** A table. An empty list counts as an empty table, as in the broker. */
export function tableOf(value: unknown): JsonObject | undefined {
    return isObject(value) ? value : Array.isArray(value) && value.length === 0 ? {} : undefined;
}

/** Refuses fields that a parameter does not have, that it must have, and values that it cannot have. */
export function checkParameterTable(
    { refuse, file, path }: ImportObject,
    at: JsonPath,
    table: JsonObject,
    fields: ParameterFields,
): void {
    for (const [key, { isMandatory, fault }] of Object.entries(fields)) {
        const value = table[key];
        const found =
            value !== undefined
                ? fault(value, file.kindOf(value, [...path, ...at, key]) === "integer")
                : isMandatory === true
                  ? { message: "is missing", fix: "add it" }
                  : undefined;
        if (found !== undefined) {
            refuse([...at, key], `"${key}" ${found.message}`, found.fix);
        }
    }
    const known = Object.keys(fields);
    for (const key of Object.keys(table).filter((each) => !Object.hasOwn(fields, each))) {
        refuse([...at, key], `has "${key}", which is not known here`, suggestName(key, known, "remove it"));
    }
}

/** A field with a description of its values: `a text`. */
export function field(
    what: string,
    accepts: (value: unknown, isInteger: boolean) => boolean,
): ParameterField {
    return {
        fault: (value, isInteger) =>
            accepts(value, isInteger)
                ? undefined
                : { message: `is ${describeValue(value)}`, fix: `give ${what}` },
    };
}

export const aText = field("a text", (value) => typeof value === "string");
export const aNumber = field("a number", (value) => typeof value === "number");
export const anInteger = field("an integer", (_value, isInteger) => isInteger);
export const aFlag = field("true or false", (value) => typeof value === "boolean");

export function oneOf(...values: readonly string[]): ParameterField {
    return field(`one of ${quoted(values)}`, (value) => values.some((each) => each === value));
}

export function mandatory(each: ParameterField): ParameterField {
    return { ...each, isMandatory: true };
}
