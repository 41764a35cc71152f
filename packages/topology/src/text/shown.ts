import { valueText } from "../model/arguments.ts";

const longestShown = 40;

/** A value as a file has it, cut where it is long. */
export function shown(value: unknown): string {
    const text = typeof value === "number" ? valueText(value) : JSON.stringify(value);
    return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
