import type { Arguments, ArgumentValue } from "../model/index.ts";

type Pair = readonly [string, ArgumentValue];

/** The known headers of a message. */
export interface KnownHeaders {
    readonly values: Arguments;
    /** Whether it may have other, unknown headers. */
    readonly mayHaveOthers: boolean;
}

/** The parsed arguments of a headers binding. */
interface Condition {
    readonly match: "all" | "any";
    readonly pairs: readonly Pair[];
}

/**
 * `all` and `any` ignore arguments that start with `x-`; the `-with-x` forms do not; `x-match` itself is never compared. If no
 * argument is left to compare, `all` matches every message and `any` none.
 * @see https://www.rabbitmq.com/docs/exchanges#headers
 */
function conditionOf(args: Arguments): Condition {
    const mode = args["x-match"] ?? "all";
    const withX = mode === "all-with-x" || mode === "any-with-x";
    return {
        match: mode === "any" || mode === "any-with-x" ? "any" : "all",
        pairs: Object.entries(args).filter(([key]) => key !== "x-match" && (withX || !key.startsWith("x-"))),
    };
}

/** Whether the headers meet a condition, or could meet it with unknown headers. */
function isMet({ match, pairs }: Condition, { values, mayHaveOthers }: KnownHeaders): boolean {
    const isSatisfied = (pair: Pair): boolean =>
        fits(pair, values) || (mayHaveOthers && !Object.hasOwn(values, pair[0]));
    return match === "any" ? pairs.some(isSatisfied) : pairs.every(isSatisfied);
}

function only(values: Arguments): KnownHeaders {
    return { values, mayHaveOthers: false };
}

/** Whether the headers match a headers binding. */
export function matchesHeaders(args: Arguments, headers: Arguments): boolean {
    return isMet(conditionOf(args), only(headers));
}

/**
 * Makes the function that finds the matching bindings of a headers exchange, in their order. A binding with `all` is indexed by its rarest pair, a
 * binding with `any` by each of its pairs, and a message is compared only with the bindings that are indexed by one of its headers. A message
 * with unknown headers is compared with all bindings and matches every binding that could match.
 */
export function headersIndex<T>(
    bindings: readonly T[],
    argumentsOf: (binding: T) => Arguments,
): (headers: KnownHeaders) => readonly T[] {
    const all = bindings.map((binding, order) => {
        const condition = conditionOf(argumentsOf(binding));
        return { binding, order, condition, keys: condition.pairs.map(keyOf) };
    });
    const frequency = new Map<string, number>();
    for (const key of all.flatMap(({ keys }) => keys)) {
        frequency.set(key, (frequency.get(key) ?? 0) + 1);
    }
    const index = new Map<string, typeof all>();
    for (const each of all) {
        const rarestFirst = each.keys.toSorted((a, b) => (frequency.get(a) ?? 0) - (frequency.get(b) ?? 0));
        for (const key of each.condition.match === "any" ? each.keys : rarestFirst.slice(0, 1)) {
            const others = index.get(key);
            if (others === undefined) {
                index.set(key, [each]);
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
            ...(index.get(keyOf([name, null])) ?? []),
            ...(isPlain(value) ? (index.get(keyOf([name, value])) ?? []) : []),
        ]);
        return [...unconditional, ...new Set(candidates.filter(({ condition }) => isMet(condition, headers)))]
            .sort((a, b) => a.order - b.order)
            .map(({ binding }) => binding);
    };
}

/** The index key of a pair: name and value for a plain value; only the name for a list, a table, or a void argument. */
function keyOf([name, value]: Pair): string {
    return JSON.stringify(isPlain(value) ? [name, value] : [name]);
}

function isPlain(value: ArgumentValue): boolean {
    return typeof value !== "object";
}

/** A void argument matches any value of the header; any other argument matches only the same value of the same type. */
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
