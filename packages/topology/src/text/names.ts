import { similarName } from "./similarName.ts";

/** Compares by code unit, so that the order does not depend on the locale. */
export function compareText(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Names in quotes, in order: `"a", "b"`. */
export function quoted(names: readonly string[], separator = ", "): string {
    return names.map((name) => `"${name}"`).join(separator);
}

/** The same for long lists: the first names and the number of the others: `"a", "b", 7 more`. */
export function quotedFirst(names: readonly string[], max = 5): string {
    const shown = names.slice(0, max).map((name) => `"${name}"`);
    return [...shown, ...(names.length > max ? [`${names.length - max} more`] : [])].join(", ");
}

/** Suggests a known name that is similar to an unknown one; returns `otherwise` if none is similar. */
export function suggestName(name: string, known: readonly string[], otherwise: string): string {
    const candidate = similarName(name, known);
    return candidate === undefined ? otherwise : `did you mean "${candidate}"?`;
}

/** Quotes a text for a shell, if necessary. */
export function shellWord(text: string): string {
    return /^(?!~)[\w@%+=:,./^~-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
