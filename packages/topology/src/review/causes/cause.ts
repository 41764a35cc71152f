import type { Change, Consequence, ObjectKind } from "../compare/change.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import type { PermissionChange } from "../compare/permissions/permissionChange.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";

/**
 * What a person fears most about a change, worst first.
 *
 * - `lost`: messages in a queue are deleted.
 * - `dropped`: the broker drops messages that it did not drop before.
 * - `unreceived`: messages reach no queue, or only a queue that no service consumes.
 * - `narrowed`: messages no longer reach one of their queues.
 * - `widened`: a user may do more than its service declares to need.
 * - `unconsumed`: a queue loses its last consumer.
 * - `broken`: a service misses objects that it uses.
 */
export const fears = [
    "lost",
    "dropped",
    "unreceived",
    "narrowed",
    "widened",
    "unconsumed",
    "broken",
    "delayed",
    "reordered",
    "none",
] as const;

/** What a person fears most about a change. */
export type Fear = (typeof fears)[number];

/** One edit of the program, with everything that follows from it. */
export interface Cause {
    /** The same in every run. An approval names it. */
    readonly id: string;
    /** What the program changes: `queue "notifications.status": TTL 1 minute -> 5 seconds`. */
    readonly title: string;
    /** The names of an object that is deleted and created again with another name. */
    readonly rename?: Rename;
    readonly fear: Fear;
    /** What the verdict's line says is affected: `queue "notifications.status" (TTL 1 minute -> 5 seconds)`. */
    readonly subject: string;
    /** The worst consequence of all of it. */
    readonly consequence: Consequence;
    /** The ids of the differences that need approval; one approval of the cause covers them. Empty: none is needed. */
    readonly covers: readonly string[];
    /** The ids of all differences, what the program changes first. */
    readonly members: readonly string[];
}

/** The names of an object, or of a routing key, before and after. */
export interface Rename {
    readonly kind: ObjectKind | "routing key";
    readonly from: string;
    readonly to: string;
}

/** A cause with its differences. */
export interface CauseParts {
    /** The changes that the program makes, worst first. Empty: only routes, permissions or services differ. */
    readonly roots: readonly Change[];
    /** The changes that follow from them. */
    readonly followers: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly permissions: readonly PermissionChange[];
    readonly contract: readonly ContractChange[];
}
