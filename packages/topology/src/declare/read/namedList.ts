import { shown } from "../../text/shown.ts";
import { isTable, list } from "./kind.ts";
import { type Options, optionsOf, type Report } from "./options.ts";

/**
 * Reads a list of named objects; a duplicate name is a problem.
 * @param kind the noun for an object in messages
 */
export function namedList<T extends { readonly name: string }>(
    outer: Options,
    option: string,
    kind: string,
    read: (raw: unknown, place: string) => T,
): readonly T[] {
    const items = outer
        .withDefault(option, list, [])
        .map((raw, index) => read(raw, placeIn(outer.place, option, kind, raw, index)));
    const names = items.map(({ name }) => name).filter((name) => name !== "");
    for (const name of new Set(names.filter((each, index) => names.indexOf(each) < index))) {
        outer.problem(`${kind} "${name}" is declared twice`, "remove one, or choose another name");
    }
    return items;
}

/** Reads a list of objects without names; messages name each one by its first option. */
export function unnamedList<T>(
    outer: Options,
    option: string,
    known: readonly string[],
    report: Report,
    read: (options: Options) => T,
): readonly T[] {
    return outer.withDefault(option, list, []).map((raw, index) => {
        const first = known[0] === undefined || !isTable(raw) ? undefined : raw[known[0]];
        const name = typeof first === "string" ? ` ${shown(first)}` : "";
        return read(optionsOf(raw, `${outer.place}: ${option}[${index}]${name}`, known, report));
    });
}

function placeIn(outer: string, option: string, kind: string, raw: unknown, index: number): string {
    const name = isTable(raw) ? raw["name"] : undefined;
    return typeof name === "string" ? `${outer}: ${kind} "${name}"` : `${outer}: ${option}[${index}]`;
}
