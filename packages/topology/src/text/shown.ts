import { valueText } from "../model/arguments.ts";

const maxShownLength = 40;

/** A value as JSON, shortened if it is long. */
export function shown(value: unknown): string {
    const text = typeof value === "number" ? valueText(value) : JSON.stringify(value);
    return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}

/** Describes an invalid value, as the end of a sentence: `is missing`, `is 5`, `is an object`. */
export function describeValue(value: unknown): string {
    if (value === undefined) {
        return "is missing";
    }
    const isShort = ["string", "number", "boolean"].includes(typeof value) || value === null;
    const kind = Array.isArray(value)
        ? "an array"
        : typeof value === "object"
          ? "an object"
          : `a ${typeof value}`;
    return `is ${isShort ? JSON.stringify(value) : kind}`;
}
