import { closest, distance } from "fastest-levenshtein";

/** By code unit, so that the order is the same on every machine. */
export function compareText(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Names in quotes, in order: `"a", "b"`. */
export function quoted(names: readonly string[], joint = ", "): string {
    return names.map((name) => `"${name}"`).join(joint);
}

/** The same, but of a long list only the first, and how many more there are: `"a", "b", 7 more`. */
export function quotedFirst(names: readonly string[], max = 5): string {
    const shown = names.slice(0, max).map((name) => `"${name}"`);
    return [...shown, ...(names.length > max ? [`${names.length - max} more`] : [])].join(", ");
}

/** Suggests what was probably meant by a name that does not exist; the other way out where no known name is similar. */
export function suggestName(name: string, known: readonly string[], otherwise: string): string {
    const candidate = known.length === 0 ? undefined : closest(name, [...known]);
    const isSimilar = candidate !== undefined && distance(name, candidate) <= Math.max(2, name.length / 4);
    return isSimilar ? `did you mean "${candidate}"?` : otherwise;
}

/** Quotes a text, where a shell needs it, as one word. */
export function shellWord(text: string): string {
    return /^(?!~)[\w@%+=:,./^~-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
