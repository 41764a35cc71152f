import { valueText } from "../model/arguments.ts";

const maxShownLength = 40;

/** A value as JSON, shortened if it is long. */
export function shown(value: unknown): string {
    const text = typeof value === "number" ? valueText(value) : JSON.stringify(value);
    return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}
