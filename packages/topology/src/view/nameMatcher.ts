import { literalNames, policyPattern } from "../patterns/policyPattern.ts";

/** A collection of names with a lookup, such as a `Set`. */
export interface Names extends Iterable<string> {
    readonly has: (name: string) => boolean;
}

/** Matches names against a permission's pattern. */
export interface NameMatcher {
    readonly test: (name: string) => boolean;
    /** The given names that the pattern allows. */
    readonly among: (names: Names) => readonly string[];
}

/**
 * Makes the matcher of a pattern. A pattern that lists names literally, as the compiler's do, is as fast with many names as with few.
 * An invalid pattern allows nothing, because the broker refuses it. An empty pattern allows only the empty name.
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function nameMatcher(pattern: string): NameMatcher {
    const literal = pattern === "" ? [""] : literalNames(pattern);
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
