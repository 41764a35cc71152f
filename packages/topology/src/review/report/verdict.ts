import { type Action, actions, type Change, type Consequence, worstOf } from "../compare/change.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import type { RightsChange } from "../compare/rights/rightsChange.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";

/** What the review found, as far as the verdict depends on it. */
export interface Findings {
    readonly changes: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly permissions: readonly RightsChange[];
    readonly contract: readonly ContractChange[];
}

/** What all changes of a stack do together. */
export interface Verdict {
    /** What a reviewer reads first: `dev: 1 REPLACE, messages are lost: queue "result-processor"`. */
    readonly line: string;
    /** The worst that happens to messages. */
    readonly consequence: Consequence;
    /** Whether somebody must agree to it by name before it is applied. */
    readonly needsApproval: boolean;
    /** The ids of what needs it; each can be agreed to by itself. */
    readonly toApprove: readonly string[];
}

/** Messages that are discarded do not come back; those that wait or change places do. */
export function isDestructive(consequence: Consequence): boolean {
    return consequence === "lost" || consequence === "dropped";
}

/**
 * Sums a review up. Approval is asked for what cannot be taken back: discarded messages, keys that lose their queues, rights that nobody
 * declares to need, and services that would not find what they use.
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
            "keys lose their queue",
            unreachable.map(({ exchange, routingKey }) => `"${routingKey}" of "${exchange}"`),
        ),
        ...statement(
            "rights are widened",
            widened.map(({ user }) => `user "${user}"`),
        ),
        ...statement(
            "services are broken",
            broken.map(({ service }) => `"${service}"`),
        ),
    ];
    const outcome = statements.length === 0 ? calmOutcome(consequence) : statements.join("; ");
    return {
        line: `${stack}: ${changes.length === 0 ? "no changes" : `${countsOf(changes)}, ${outcome}`}`,
        consequence,
        needsApproval: toApprove.length > 0,
        toApprove,
    };
}

/** A verdict with that about what would be done beside it, which needs the same agreement. */
export function joinedVerdict(own: Verdict, beside: Verdict): Verdict {
    const more = beside.toApprove.filter((id) => !own.toApprove.includes(id));
    const toApprove = [...own.toApprove, ...more];
    return {
        line: `${own.line}; ${beside.line}`,
        consequence: worstOf([own.consequence, beside.consequence]),
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

/** `1 REPLACE, 2 to add`: the dangerous ones first, and loud. */
function countsOf(changes: readonly Change[]): string {
    return actions
        .map((action) => ({ action, count: changes.filter((each) => each.action === action).length }))
        .filter(({ count }) => count > 0)
        .map(({ action, count }) => `${count} ${words[action]}`)
        .join(", ");
}

function calmOutcome(consequence: Consequence): string {
    const caveats: Partial<Record<Consequence, string>> = {
        delayed: "messages may be delayed, ",
        reordered: "messages may change their order, ",
    };
    return `${caveats[consequence] ?? ""}nothing is lost`;
}

function namesOf(changes: readonly Change[], consequence: Consequence): readonly string[] {
    return changes
        .filter((each) => each.consequence === consequence)
        .map(({ object }) => `${object.kind} "${object.name}"`);
}

/** How many objects the line names before it only counts. */
const most = 2;

function statement(what: string, names: readonly string[]): readonly string[] {
    const distinct = [...new Set(names)];
    const shown = distinct.slice(0, most).join(", ");
    const more = distinct.length > most ? ` and ${distinct.length - most} more` : "";
    return distinct.length === 0 ? [] : [`${what}: ${shown}${more}`];
}
