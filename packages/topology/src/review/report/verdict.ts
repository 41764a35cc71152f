import { type Action, actions, type Change, type Consequence, worstOf } from "../compare/change.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import type { PermissionChange } from "../compare/permissions/permissionChange.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";

/** The part of a review that the verdict depends on. */
export interface Findings {
    readonly changes: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly permissions: readonly PermissionChange[];
    readonly contract: readonly ContractChange[];
}

/** The summary of all changes of a stack. */
export interface Verdict {
    /** The first line that a reviewer reads: `dev: 1 REPLACE, messages are lost: queue "result-processor"`. */
    readonly line: string;
    /** The worst consequence of all changes. */
    readonly consequence: Consequence;
    /** Whether a change needs approval before it is deployed. */
    readonly needsApproval: boolean;
    /** The ids of the changes that need approval; each is approved separately. */
    readonly toApprove: readonly string[];
}

/** Dropped and lost messages cannot be restored; delayed and reordered ones still arrive. */
export function isDestructive(consequence: Consequence): boolean {
    return consequence === "lost" || consequence === "dropped";
}

/**
 * Summarizes a review. Approval is required for dropped and lost messages, routing keys that lose their queue, permissions that no service
 * declares to need, and services that miss objects they use.
 */
export function verdict(stack: string, { changes, routing, permissions, contract }: Findings): Verdict {
    const destructive = changes.filter(({ consequence }) => isDestructive(consequence));
    const unreachable = routing.filter(
        ({ kind, consequence }) => consequence !== "none" && (kind === "unroutable" || kind === "parked"),
    );
    const widened = permissions.filter(({ unasked }) => unasked.length > 0);
    const broken = contract.filter(({ blocks }) => blocks);
    const consequence = worstOf([...changes, ...routing].map((each) => each.consequence));
    const toApprove = [
        ...destructive.map(({ id }) => id),
        ...unreachable.map(({ id }) => id),
        ...widened.map(({ id }) => id),
        ...broken.map(({ id }) => id),
    ];
    const statements = [
        ...statement("messages are lost", namesOf(destructive, "lost")),
        ...statement("messages are dropped", namesOf(destructive, "dropped")),
        ...statement(
            "routing keys lose their queue",
            unreachable.map(({ exchange, routingKey }) => `"${routingKey}" of "${exchange}"`),
        ),
        ...statement(
            "permissions are widened",
            widened.map(({ user }) => `user "${user}"`),
        ),
        ...statement(
            "services are broken",
            broken.map(({ service }) => `"${service}"`),
        ),
    ];
    const outcome = statements.length === 0 ? harmlessOutcome(consequence) : statements.join("; ");
    return {
        line: `${stack}: ${changes.length === 0 ? "no changes" : `${countsOf(changes)}, ${outcome}`}`,
        consequence,
        needsApproval: toApprove.length > 0,
        toApprove,
    };
}

/** Joins the verdict of a stack and the verdict on changes that only the engine would make. */
export function joinVerdicts(own: Verdict, engine: Verdict): Verdict {
    const toApprove = [...new Set([...own.toApprove, ...engine.toApprove])];
    return {
        line: `${own.line}; ${engine.line}`,
        consequence: worstOf([own.consequence, engine.consequence]),
        needsApproval: toApprove.length > 0,
        toApprove,
    };
}

const words: Readonly<Record<Action, string>> = {
    replace: "REPLACE",
    delete: "DELETE",
    update: "to change",
    create: "to add",
};

/** `1 REPLACE, 2 to add`: dangerous actions come first and in capitals. */
function countsOf(changes: readonly Change[]): string {
    return actions
        .map((action) => ({ action, count: changes.filter((each) => each.action === action).length }))
        .filter(({ count }) => count > 0)
        .map(({ action, count }) => `${count} ${words[action]}`)
        .join(", ");
}

function harmlessOutcome(consequence: Consequence): string {
    const caveats: Partial<Record<Consequence, string>> = {
        delayed: "messages may be delayed, ",
        reordered: "messages may be reordered, ",
    };
    return `${caveats[consequence] ?? ""}nothing is lost`;
}

function namesOf(changes: readonly Change[], consequence: Consequence): readonly string[] {
    return changes
        .filter((each) => each.consequence === consequence)
        .map(({ object }) => `${object.kind} "${object.name}"`);
}

/** How many objects the line names; the others are counted. */
const maxNames = 2;

function statement(what: string, names: readonly string[]): readonly string[] {
    const distinct = [...new Set(names)];
    const shown = distinct.slice(0, maxNames).join(", ");
    const more = distinct.length > maxNames ? ` and ${distinct.length - maxNames} more` : "";
    return distinct.length === 0 ? [] : [`${what}: ${shown}${more}`];
}
