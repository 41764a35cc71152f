import { valueText } from "../model/arguments.ts";
import { isSecretName, redacted, redactValue } from "./redaction.ts";

const maxShownLength = 40;

/** A value as JSON without secrets, shortened if it is long. */
export function shown(value: unknown): string {
    // Before it is shortened, since a part of a secret cannot be recognised.
    const text = typeof value === "number" ? valueText(value) : JSON.stringify(redactValue(value));
    return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}

/** The value of a field, without the value of one that is named like a secret. */
export function shownField(field: string, value: unknown): string {
    return shown(isSecretName(field) ? redacted : value);
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
    return `is ${isShort ? JSON.stringify(redactValue(value)) : kind}`;
}
