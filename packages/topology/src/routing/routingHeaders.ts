import type { Arguments, ArgumentValue } from "../model/index.ts";

type Pair = readonly [string, ArgumentValue];

/** What is known of a message's headers. */
export interface KnownHeaders {
    readonly values: Arguments;
    /** Whether it may have others, of which nothing is known. */
    readonly mayHaveOthers: boolean;
}

/** The arguments of a headers binding, read once to be tried on many messages. */
interface Condition {
    readonly takes: "all" | "any";
    readonly pairs: readonly Pair[];
}

/**
 * `all` and `any` ignore arguments that start with `x-`; the `-with-x` forms do not; `x-match` itself is never compared. Where nothing is
 * left to compare, `all` takes every message and `any` none.
 * @see https://www.rabbitmq.com/docs/exchanges#headers
 */
function conditionOf(wanted: Arguments): Condition {
    const mode = wanted["x-match"] ?? "all";
    const withX = mode === "all-with-x" || mode === "any-with-x";
    return {
        takes: mode === "any" || mode === "any-with-x" ? "any" : "all",
        pairs: Object.entries(wanted).filter(
            ([key]) => key !== "x-match" && (withX || !key.startsWith("x-")),
        ),
    };
}

/** Whether the headers meet a condition, or with others, which are not known, could. */
function isMet({ takes, pairs }: Condition, { values, mayHaveOthers }: KnownHeaders): boolean {
    const isSatisfied = (pair: Pair): boolean =>
        fits(pair, values) || (mayHaveOthers && !Object.hasOwn(values, pair[0]));
    return takes === "any" ? pairs.some(isSatisfied) : pairs.every(isSatisfied);
}

function only(values: Arguments): KnownHeaders {
    return { values, mayHaveOthers: false };
}

/** Whether the headers fit a headers binding. */
export function matchesHeaders(wanted: Arguments, headers: Arguments): boolean {
    return isMet(conditionOf(wanted), only(headers));
}

/**
 * Makes the function that finds the bindings of a headers exchange that take a message, in their order. A binding that wants all of its
 * pairs is filed under the one that the fewest bindings want, one that wants any is filed under each; a message is compared only with what
 * is filed under its own headers. One that may have headers which are not known is compared with all, and taken where it could be.
 */
export function headersIndex<T>(
    bindings: readonly T[],
    wantedBy: (binding: T) => Arguments,
): (headers: KnownHeaders) => readonly T[] {
    const all = bindings.map((binding, order) => {
        const condition = conditionOf(wantedBy(binding));
        return { binding, order, condition, places: condition.pairs.map(placeOf) };
    });
    const demand = new Map<string, number>();
    for (const place of all.flatMap(({ places }) => places)) {
        demand.set(place, (demand.get(place) ?? 0) + 1);
    }
    const filed = new Map<string, typeof all>();
    for (const each of all) {
        const rarestFirst = each.places.toSorted((a, b) => (demand.get(a) ?? 0) - (demand.get(b) ?? 0));
        for (const place of each.condition.takes === "any" ? each.places : rarestFirst.slice(0, 1)) {
            const others = filed.get(place);
            if (others === undefined) {
                filed.set(place, [each]);
            } else {
                others.push(each);
            }
        }
    }
    const unconditional = all.filter(({ condition }) => isMet(condition, only({})));
    return (headers) => {
        if (headers.mayHaveOthers) {
            return all.filter(({ condition }) => isMet(condition, headers)).map(({ binding }) => binding);
        }
        const candidates = Object.entries(headers.values).flatMap(([name, value]) => [
            ...(filed.get(placeOf([name, null])) ?? []),
            ...(isPlain(value) ? (filed.get(placeOf([name, value])) ?? []) : []),
        ]);
        return [...unconditional, ...new Set(candidates.filter(({ condition }) => isMet(condition, headers)))]
            .sort((a, b) => a.order - b.order)
            .map(({ binding }) => binding);
    };
}

/** Where a pair is filed: with its value where that is plain; what wants presence only, a list or a table by its name alone. */
function placeOf([name, value]: Pair): string {
    return JSON.stringify(isPlain(value) ? [name, value] : [name]);
}

function isPlain(value: ArgumentValue): boolean {
    return typeof value !== "object";
}

/** A void argument wants the header to be there, whatever its value; any other wants the same value of the same type. */
function fits([key, value]: Pair, headers: Arguments): boolean {
    if (!Object.hasOwn(headers, key)) {
        return false;
    }
    const header = headers[key];
    return value === null || value === header || (typeof value === "object" && isSame(value, header));
}

function isSame(one: ArgumentValue | undefined, other: ArgumentValue | undefined): boolean {
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
        return one === other;
    }
    const [entries, others] = [Object.entries(one), Object.entries(other)];
    return (
        Array.isArray(one) === Array.isArray(other) &&
        entries.length === others.length &&
        entries.every(([key, value], index) => key === others[index]?.[0] && isSame(value, others[index][1]))
    );
}
