import { type Cause, type Fear, fears } from "../causes/cause.ts";
import { type Action, actions, type Change, type Consequence, worstOf } from "../compare/change.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";

/** The part of a review that the verdict depends on. */
export interface Findings {
    readonly changes: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly contract: readonly ContractChange[];
    readonly causes: readonly Cause[];
}

/** The summary of all changes of a stack. */
export interface Verdict {
    /** The first line that a reviewer reads: `dev: 1 REPLACE, messages are lost: queue "result-processor" (type quorum -> classic)`. */
    readonly line: string;
    /** The worst consequence of all changes. */
    readonly consequence: Consequence;
    /** Whether a change needs approval before it is deployed. */
    readonly needsApproval: boolean;
    /** The ids of the causes that need approval; each is approved separately. */
    readonly toApprove: readonly string[];
}

/** What a person fears, in words. In the verdict's line, each is followed by what it is about. */
export const fearWords: Readonly<Record<Exclude<Fear, "none">, string>> = {
    lost: "messages are lost",
    dropped: "messages are dropped",
    unreceived: "no service receives",
    narrowed: "no longer delivered",
    widened: "permissions are widened",
    unconsumed: "no service consumes",
    broken: "services are broken",
    delayed: "messages may be delayed",
    reordered: "messages may be reordered",
};

/**
 * Summarizes a review. Approval is required for dropped and lost messages, routing keys that lose their queue, permissions that no service
 * declares to need, and services that miss objects they use.
 */
export function verdict(stack: string, { changes, routing, contract, causes }: Findings): Verdict {
    const consequence = worstOf([...changes, ...routing].map((each) => each.consequence));
    const toApprove = causes.filter(({ covers }) => covers.length > 0).map(({ id }) => id);
    const subjects = new Map<string, string[]>();
    for (const { fear, subject } of causes) {
        subjects.set(fear, [...(subjects.get(fear) ?? []), subject]);
    }
    // A cause with a worse consequence may also break a service. The route reports unroutable messages already.
    const unreceived = new Set(
        causes.filter(({ fear }) => fear === "unreceived").flatMap(({ members }) => members),
    );
    subjects.set(
        "broken",
        contract
            .filter(
                ({ blocks, kind, id }) =>
                    blocks && kind !== "unconsumed" && !(kind === "unroutable" && unreceived.has(id)),
            )
            .map(({ service }) => `"${service}"`),
    );
    const statements = fears.flatMap((fear) =>
        fear === "none" || fear === "delayed" || fear === "reordered"
            ? []
            : statement(fearWords[fear], subjects.get(fear) ?? []),
    );
    const outcome = statements.length === 0 ? harmlessOutcome(consequence, causes) : statements.join("; ");
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

function harmlessOutcome(consequence: Consequence, causes: readonly Cause[]): string {
    const subjects = causes.filter(({ fear }) => fear === consequence).map(({ subject }) => subject);
    const caveats =
        consequence === "delayed" || consequence === "reordered"
            ? statement(fearWords[consequence], subjects)
            : [];
    return [...caveats, "nothing is lost"].join("; ");
}

/** How many objects the line names; the others are counted. */
const maxNames = 2;

function statement(what: string, names: readonly string[]): readonly string[] {
    const distinct = [...new Set(names)];
    const shown = distinct.slice(0, maxNames).join(", ");
    const more = distinct.length > maxNames ? ` and ${distinct.length - maxNames} more` : "";
    return distinct.length === 0 ? [] : [`${what}: ${shown}${more}`];
}
