import { valueText } from "../model/arguments.ts";

const longestShown = 40;

/** A value as a file has it, cut where it is long. */
export function shown(value: unknown): string {
    const text = typeof value === "number" ? valueText(value) : JSON.stringify(value);
    return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** What a value is instead of what it should be, as the end of a sentence that names it. */
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
