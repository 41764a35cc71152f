/**
 * The line of the first marker that a merge left in a text; counts from 1. Neither JSON nor our YAML has lines that begin like this, so it
 * is a marker wherever it stands.
 */
export function conflictLine(text: string): number | undefined {
    const marker = /^(?:<{7}|\|{7}|={7}|>{7})(?:\s|$)/mu.exec(text);
    return marker === null ? undefined : text.slice(0, marker.index).split("\n").length;
}
