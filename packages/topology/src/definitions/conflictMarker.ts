/**
 * The line, from 1, of the first merge conflict marker in a text. In JSON, and in the YAML files of this project, no other line begins like a
 * marker.
 */
export function conflictLine(text: string): number | undefined {
    const marker = /^(?:<{7}|\|{7}|={7}|>{7})(?:\s|$)/mu.exec(text);
    return marker === null ? undefined : text.slice(0, marker.index).split("\n").length;
}
