import { closest, distance } from "fastest-levenshtein";

/** Names an object as every finding does: `vhost "spot": queue "result-processor"`. */
export function placeOf(vhost: string, kind: string, name: string): string {
    return `vhost "${vhost}": ${kind} "${name}"`;
}

/** The way out for a name that does not exist: the likeliest meant one, or else how to make it. */
export function meant(name: string, known: readonly string[], otherwise: string): string {
    const candidate = known.length === 0 ? undefined : closest(name, [...known]);
    const near = candidate !== undefined && distance(name, candidate) <= Math.max(2, name.length / 4);
    return near ? `did you mean "${candidate}"?` : otherwise;
}
