import { shown } from "../../text/shown.ts";
import { isTable, list } from "./kind.ts";
import { type Options, optionsOf, type Report } from "./options.ts";

/**
 * Reads a list of named objects; two of one name are a problem.
 * @param kind what each is called in a sentence
 */
export function namedList<T extends { readonly name: string }>(
    outer: Options,
    option: string,
    kind: string,
    read: (written: unknown, place: string) => T,
): readonly T[] {
    const items = outer
        .or(option, list, [])
        .map((written, index) => read(written, placeIn(outer.place, option, kind, written, index)));
    const names = items.map(({ name }) => name).filter((name) => name !== "");
    for (const name of new Set(names.filter((each, index) => names.indexOf(each) < index))) {
        outer.problem(`${kind} "${name}" is declared twice`, "remove one, or choose another name");
    }
    return items;
}

/** Reads a list of objects that have no name of their own; each is called by what it has most like one. */
export function unnamedList<T>(
    outer: Options,
    option: string,
    known: readonly string[],
    report: Report,
    read: (options: Options) => T,
): readonly T[] {
    return outer.or(option, list, []).map((written, index) => {
        const first = known[0] === undefined || !isTable(written) ? undefined : written[known[0]];
        const name = typeof first === "string" ? ` ${shown(first)}` : "";
        return read(optionsOf(written, `${outer.place}: ${option}[${index}]${name}`, known, report));
    });
}

function placeIn(outer: string, option: string, kind: string, written: unknown, index: number): string {
    const name = isTable(written) ? written["name"] : undefined;
    return typeof name === "string" ? `${outer}: ${kind} "${name}"` : `${outer}: ${option}[${index}]`;
}
