import { literalNames } from "../../../patterns/policyPattern.ts";
import { compareText } from "../../../text/names.ts";
import { nameMatcher } from "../../../view/nameMatcher.ts";

/** The kinds of permissions: to connect to a virtual host, for names of exchanges and queues, for routing keys of a topic exchange, and user tags. */
export const permissionKinds = [
    "access",
    "configure",
    "write",
    "read",
    "write keys",
    "read keys",
    "tags",
] as const;

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
    /** What the user may do more, in clauses: `publish to any queue by its name`. Empty if it may do nothing more. */
    readonly powers: readonly string[];
    /** The declaration that asks for it: `service "monitoring" redrives messages`. @default - none asks for all of it */
    readonly askedBy?: string;
    /** Whether it needs approval: no declaration asks for it, or it allows more than one declaration can need. */
    readonly needsApproval: boolean;
    /** The part of `narrowed` that the service still needs. */
    readonly missing: readonly string[];
    /**
     * Whether the two lists are complete. Otherwise a pattern is not a plain list of names: it was tried on all names of both topologies, and
     * may match other names as well.
     */
    readonly proven: boolean;
}

/** What two patterns differ in. */
export interface PatternChange extends Pick<PermissionChange, "widened" | "narrowed" | "proven"> {
    /** Whether the new pattern matches further names, which nothing declares yet, and the old one does not. */
    readonly isOpenEnded: boolean;
    /** Whether the new pattern matches every name that was tried. */
    readonly isEverything: boolean;
}

/** Names that brokers and clients make. */
const undeclaredNames = ["amq.gen-0x7", "mqtt-subscription-0x7qos1", "stomp-subscription-0x7", "anything"];

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
): PatternChange | undefined {
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
    const others = [...universe].flatMap((name) => [`${name}x`, `x${name}`]).concat(undeclaredNames);
    const proven = literalBefore !== undefined && literalAfter !== undefined;
    return widened.length === 0 && narrowed.length === 0 && proven
        ? undefined
        : {
              widened: widened.sort(compareText),
              narrowed: narrowed.sort(compareText),
              proven,
              isOpenEnded:
                  literalAfter === undefined &&
                  others.some((name) => matcherAfter.test(name) && !matcherBefore.test(name)),
              isEverything:
                  literalAfter === undefined &&
                  [...universe, ...others].every((name) => matcherAfter.test(name)),
          };
}
