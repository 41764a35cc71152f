import { closest, distance } from "fastest-levenshtein";

/** The way out for a name that does not exist: the most similar one that does, or `otherwise`. */
export function suggestName(name: string, known: readonly string[], otherwise: string): string {
    const candidate = known.length === 0 ? undefined : closest(name, [...known]);
    const near = candidate !== undefined && distance(name, candidate) <= Math.max(2, name.length / 4);
    return near ? `did you mean "${candidate}"?` : otherwise;
}
