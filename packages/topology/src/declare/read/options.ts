import { quoted, suggestName } from "../../text/names.ts";
import { shown } from "../../text/shown.ts";
import { isTable, type Kind } from "./kind.ts";

/** Remembers a problem: where, what is wrong, and the way out. */
export type Report = (place: string, message: string, fix: string) => void;

/** Reads the options of one object of a declaration. A problem is reported, and a harmless value returned. */
export interface Options {
    /** `vhost "shop": queue "orders"`. */
    readonly place: string;
    readonly has: (option: string) => boolean;
    readonly written: (option: string) => unknown;
    /** An option that must be there. */
    readonly required: <T>(option: string, kind: Kind<T>) => T;
    readonly optional: <T>(option: string, kind: Kind<T>) => T | undefined;
    readonly or: <T>(option: string, kind: Kind<T>, otherwise: T) => T;
    readonly problem: (message: string, fix: string) => void;
    /** The options inside of an option. */
    readonly inner: (option: string, known: readonly string[]) => Options;
}

/**
 * The options of an object of a declaration.
 * @param known the names of all of its options
 * @param outer the name of the option that holds these, followed by a dot
 */
export function optionsOf(
    written: unknown,
    place: string,
    known: readonly string[],
    report: Report,
    outer = "",
): Options {
    const values = isTable(written) ? written : {};
    const problem = (message: string, fix: string): void => {
        report(place, message, fix);
    };
    if (!isTable(written)) {
        problem(
            outer === "" ? `is ${shown(written)}` : `"${outer.slice(0, -1)}" is ${shown(written)}`,
            `write its options by name: ${quoted(known)}`,
        );
    }
    for (const option of Object.keys(values)) {
        if (!known.includes(option) && values[option] !== undefined) {
            problem(
                `unknown option "${outer}${option}"`,
                suggestName(option, known, `its options are ${quoted(known)}`),
            );
        }
    }
    const has = (option: string): boolean => Object.hasOwn(values, option) && values[option] !== undefined;
    const optional = <T>(option: string, kind: Kind<T>): T | undefined => {
        if (!has(option)) {
            return undefined;
        }
        const value = kind.parse(values[option]);
        if (value === undefined) {
            problem(`"${outer}${option}" is ${shown(values[option])}`, kind.fix(values[option]));
            return kind.harmless;
        }
        return value;
    };
    return {
        place,
        has,
        written: (option) => (has(option) ? values[option] : undefined),
        required: (option, kind) => {
            if (!has(option) && isTable(written)) {
                problem(`"${outer}${option}" is missing`, kind.fix(undefined));
            }
            return optional(option, kind) ?? kind.harmless;
        },
        optional,
        or: (option, kind, otherwise) => optional(option, kind) ?? otherwise,
        problem,
        inner: (option, inside) =>
            optionsOf(has(option) ? values[option] : {}, place, inside, report, `${outer}${option}.`),
    };
}
