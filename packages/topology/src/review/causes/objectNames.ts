import { quoted } from "../../text/names.ts";
import type { ChangedObject } from "../compare/change.ts";

/** How many names a clause lists; the others are counted. */
export const namesShown = 3;

/** `queue "a"` */
export function labelOf({ kind, name }: ChangedObject): string {
    return kind === "broker" ? "broker" : `${kind === "vhost" ? "virtual host" : kind} "${name}"`;
}

/** `queue "a"`, `queues "a", "b"`, or `9 queues`. */
export function objectsText(objects: readonly ChangedObject[]): string {
    const [first, ...others] = objects;
    if (first === undefined || others.length === 0) {
        return first === undefined ? "" : labelOf(first);
    }
    const noun = pluralOf(first.kind);
    return objects.length > namesShown
        ? `${objects.length} ${noun}`
        : `${noun} ${quoted(objects.map(({ name }) => name))}`;
}

/** `"a", "b", "c" and 6 more` */
export function namesText(names: readonly string[]): string {
    const shown = names.slice(0, namesShown);
    const rest = names.length - shown.length;
    return `${quoted(shown)}${rest === 0 ? "" : ` and ${rest} more`}`;
}

function pluralOf(kind: ChangedObject["kind"]): string {
    switch (kind) {
        case "policy":
            return "policies";
        case "operator policy":
            return "operator policies";
        case "retry":
            return "retries";
        case "vhost":
            return "virtual hosts";
        case "broker":
        case "exchange":
        case "queue":
        case "binding":
        case "shovel":
        case "federation upstream":
        case "federation upstream set":
        case "parameter":
        case "global parameter":
        case "user":
        case "permission":
        case "topic permission":
        case "service":
            return `${kind}s`;
    }
}
