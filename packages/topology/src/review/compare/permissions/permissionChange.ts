import { literalNames } from "../../../patterns/policyPattern.ts";
import { compareText } from "../../../text/names.ts";
import { nameMatcher } from "../../../view/nameMatcher.ts";

/** The kinds of permissions: for names of exchanges and queues, for routing keys of a topic exchange, and user tags. */
export const permissionKinds = ["configure", "write", "read", "write keys", "read keys", "tags"] as const;

/** The kind of a permission. */
export type PermissionKind = (typeof permissionKinds)[number];

/** A user who may do more or less than before. */
export interface PermissionChange {
    /** The same in every run: `rights spot/gateway write`. */
    readonly id: string;
    /** Empty for tags, which apply to all virtual hosts. */
    readonly vhost: string;
    readonly user: string;
    readonly right: PermissionKind;
    /** The topic exchange whose routing keys are meant. */
    readonly exchange?: string;
    /** The names, keys or tags that are allowed now, but not before. */
    readonly widened: readonly string[];
    /** The names, keys or tags that were allowed before, but not now. */
    readonly narrowed: readonly string[];
    /** The part of `widened` that the service of this user does not declare to use. All of it without such a service. */
    readonly unasked: readonly string[];
    /** The part of `narrowed` that the service still needs. */
    readonly missing: readonly string[];
    /**
     * Whether the two lists are complete. Otherwise a pattern is not a plain list of names: it was tried on all names of both topologies, and
     * may match other names as well.
     */
    readonly proven: boolean;
}

/**
 * Compares two patterns by the names that they match. The broker searches a permission's pattern anywhere in a name, and treats an empty
 * pattern as one that matches only the empty name.
 * @param names the names to try; called only if the patterns differ
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function comparePatterns(
    before: string | undefined,
    after: string | undefined,
    names: () => ReadonlySet<string>,
): Pick<PermissionChange, "widened" | "narrowed" | "proven"> | undefined {
    const [patternBefore, patternAfter] = [before, after].map((pattern) =>
        pattern === undefined || pattern === "" ? "^$" : pattern,
    );
    if (patternBefore === undefined || patternAfter === undefined || patternBefore === patternAfter) {
        return undefined;
    }
    const [literalBefore, literalAfter] = [literalNames(patternBefore), literalNames(patternAfter)];
    const universe = new Set([...names(), ...(literalBefore ?? []), ...(literalAfter ?? [])]);
    universe.delete("");
    const [matcherBefore, matcherAfter] = [nameMatcher(patternBefore), nameMatcher(patternAfter)];
    const widened = matcherAfter.among(universe).filter((name) => !matcherBefore.test(name));
    const narrowed = matcherBefore.among(universe).filter((name) => !matcherAfter.test(name));
    const proven = literalBefore !== undefined && literalAfter !== undefined;
    return widened.length === 0 && narrowed.length === 0 && proven
        ? undefined
        : { widened: widened.sort(compareText), narrowed: narrowed.sort(compareText), proven };
}
