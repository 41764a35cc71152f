import { quoted, suggestName } from "../../text/names.ts";
import { shown } from "../../text/shown.ts";
import { isTable, type Kind } from "./kind.ts";

/** Records a problem: place, what is wrong, and how to fix it. */
export type Report = (place: string, message: string, fix: string) => void;

/** Reads the options of one object of a declaration. An invalid value is reported and replaced by a placeholder. */
export interface Options {
    /** `vhost "shop": queue "orders"`. */
    readonly place: string;
    readonly has: (option: string) => boolean;
    readonly raw: (option: string) => unknown;
    /** A required option. */
    readonly required: <T>(option: string, kind: Kind<T>) => T;
    readonly optional: <T>(option: string, kind: Kind<T>) => T | undefined;
    readonly withDefault: <T>(option: string, kind: Kind<T>, otherwise: T) => T;
    readonly problem: (message: string, fix: string) => void;
    /** The options inside an option. */
    readonly inner: (option: string, known: readonly string[]) => Options;
}

/**
 * The options of an object of a declaration.
 * @param known the names of all its options
 * @param outer the name of the outer option, followed by a dot
 */
export function optionsOf(
    raw: unknown,
    place: string,
    known: readonly string[],
    report: Report,
    outer = "",
): Options {
    const values = isTable(raw) ? raw : {};
    const problem = (message: string, fix: string): void => {
        report(place, message, fix);
    };
    if (!isTable(raw)) {
        problem(
            outer === "" ? `is ${shown(raw)}` : `"${outer.slice(0, -1)}" is ${shown(raw)}`,
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
            return kind.placeholder;
        }
        return value;
    };
    return {
        place,
        has,
        raw: (option) => (has(option) ? values[option] : undefined),
        required: (option, kind) => {
            if (!has(option) && isTable(raw)) {
                problem(`"${outer}${option}" is missing`, kind.fix(undefined));
            }
            return optional(option, kind) ?? kind.placeholder;
        },
        optional,
        withDefault: (option, kind, otherwise) => optional(option, kind) ?? otherwise,
        problem,
        inner: (option, inside) =>
            optionsOf(has(option) ? values[option] : {}, place, inside, report, `${outer}${option}.`),
    };
}
