import { literalNames } from "../../../patterns/policyPattern.ts";
import { compareText } from "../../../text/names.ts";
import { nameMatcher } from "../../../view/nameMatcher.ts";

/** What a user may do with names of exchanges and queues, or with the keys of one topic exchange. */
export const rights = ["configure", "write", "read", "write keys", "read keys", "tags"] as const;

/** What a permission allows. */
export type Right = (typeof rights)[number];

/** A user who may do more than before, or less. */
export interface RightsChange {
    /** The same in every run: `rights spot/gateway write`. */
    readonly id: string;
    /** Empty for tags, which hold everywhere. */
    readonly vhost: string;
    readonly user: string;
    readonly right: Right;
    /** The topic exchange whose keys it is about. */
    readonly exchange?: string;
    /** What is allowed now, and was not: names, keys or tags. */
    readonly widened: readonly string[];
    /** What was allowed, and is not now. */
    readonly narrowed: readonly string[];
    /** Of the widened, what no declaration of the service of that name asks for. All of it where there is no such service. */
    readonly unasked: readonly string[];
    /** Of the narrowed, what the service still needs. */
    readonly missing: readonly string[];
    /**
     * Whether the two lists are all that there is. Otherwise a pattern is no list of names: it was tried on every name of both
     * topologies, and may differ on names that nobody has yet.
     */
    readonly proven: boolean;
}

/**
 * Compares two patterns by what they match. The broker looks for a permission's pattern anywhere in a name, and takes the empty one for a
 * pattern that only the empty name matches.
 * @param names what patterns are tried on; asked for where the patterns differ
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function compared(
    before: string | undefined,
    after: string | undefined,
    names: () => ReadonlySet<string>,
): Pick<RightsChange, "widened" | "narrowed" | "proven"> | undefined {
    const [was, is] = [before, after].map((pattern) =>
        pattern === undefined || pattern === "" ? "^$" : pattern,
    );
    if (was === undefined || is === undefined || was === is) {
        return undefined;
    }
    const [wasLiteral, isLiteral] = [literalNames(was), literalNames(is)];
    const universe = new Set([...names(), ...(wasLiteral ?? []), ...(isLiteral ?? [])]);
    universe.delete("");
    const [allowed, allows] = [nameMatcher(was), nameMatcher(is)];
    const widened = allows.among(universe).filter((name) => !allowed.test(name));
    const narrowed = allowed.among(universe).filter((name) => !allows.test(name));
    const proven = wasLiteral !== undefined && isLiteral !== undefined;
    return widened.length === 0 && narrowed.length === 0 && proven
        ? undefined
        : { widened: widened.sort(compareText), narrowed: narrowed.sort(compareText), proven };
}
