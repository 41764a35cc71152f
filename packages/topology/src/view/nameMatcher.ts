import { literalNames, policyPattern } from "../patterns/policyPattern.ts";

/** Names that can be asked for one; a set of them is. */
export interface Names extends Iterable<string> {
    readonly has: (name: string) => boolean;
}

/** Which of some names a permission's pattern allows. */
export interface NameMatcher {
    readonly test: (name: string) => boolean;
    /** Those of the given names that the pattern allows. */
    readonly among: (names: Names) => readonly string[];
}

/**
 * A pattern over names. One that lists names literally, as ours all do, costs what its own list costs, however many names there are.
 * A pattern that cannot be read allows nothing: the broker refuses it.
 */
export function nameMatcher(pattern: string): NameMatcher {
    const literal = literalNames(pattern);
    if (literal !== undefined) {
        const allowed = new Set(literal);
        return {
            test: (name) => allowed.has(name),
            among: (names) => [...allowed].filter((name) => names.has(name)),
        };
    }
    const expression = policyPattern(pattern);
    const test = (name: string): boolean => expression?.test(name) === true;
    return { test, among: (names) => [...names].filter(test) };
}
