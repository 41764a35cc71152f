import { z } from "zod";
import {
    type EntryForm,
    hasReason,
    isOver,
    parseEntries,
    type Reasoned,
    reasoned,
} from "../../checks/report/entryFile.ts";
import { suggestName } from "../../text/names.ts";
import type { ApprovedChange, ReportProblem } from "./report.ts";

/** Where approvals stand, from the project's folder: in the files of the change itself, so that they are reviewed with it. */
export const approvalsPath = "topology/approvals.yaml";

/** A destructive change that a person agrees to, for a reason and perhaps for a time. */
export interface Approval extends Reasoned {
    /** The id of the change: `delete queue spot/result-processor`. */
    readonly change: string;
    /** How many messages of a live broker may die with it. @default - none */
    readonly messages?: number | undefined;
}

/** The approvals of one side. */
export interface Approvals {
    readonly file: string;
    readonly entries: readonly Approval[];
}

const form: EntryForm<Omit<Approval, "line">> = {
    noun: "list of approvals",
    lists: ["approved"],
    fields: "change and reason",
    entry: z.strictObject({
        ...reasoned,
        change: z.string(),
        messages: z.int().nonnegative().optional(),
    }),
};

/**
 * Reads approvals.
 * @throws UsageError with every problem at once
 */
export function parseApprovals(text: string, file: string): Approvals {
    return { file, entries: parseEntries(text, file, form) };
}

/** How approvals apply to one report. */
export interface ApprovalUse {
    /** Today, such as `2026-11-24`. */
    readonly today: string;
    /** Those that were there before the change: they approve nothing of it. @see applyApprovals */
    readonly earlier: readonly Approval[];
    /** Whether everything was reviewed that an entry could be about; otherwise an entry that nothing needs is no mistake. */
    readonly whole: boolean;
}

/** What waits for somebody's agreement in one stack. */
export interface Asked {
    readonly stack: string;
    /** Ids of changes. */
    readonly toApprove: readonly string[];
}

export interface ApprovalResult {
    /** By stack, in the order of what is to be approved. */
    readonly approved: ReadonlyMap<string, readonly ApprovedChange[]>;
    /** What is wrong with the entries, in their order. */
    readonly problems: readonly ReportProblem[];
}

/**
 * Finds who agreed to what. An entry without a reason, or whose day is over, approves nothing; one for a stack goes before one for all. An
 * entry that was there before belongs to a change that is done: an id says which object changes, not to what, so that it would agree to
 * values that nobody saw. It is told, but stops nobody.
 */
export function applyApprovals(
    stacks: readonly Asked[],
    { file, entries }: Approvals,
    { today, earlier, whole }: ApprovalUse,
): ApprovalResult {
    const known = new Set(earlier.map(contentOf));
    const isEarlier = (each: Approval): boolean => known.has(contentOf(each));
    const byChange = new Map<string, Approval[]>();
    for (const each of entries) {
        byChange.set(each.change, [...(byChange.get(each.change) ?? []), each]);
    }
    const meantFor = (stack: string, id: string): readonly Approval[] =>
        (byChange.get(id) ?? []).filter((each) => each.stack === undefined || each.stack === stack);

    const used = new Set<Approval>();
    const approved = new Map(
        stacks.map(({ stack, toApprove }) => {
            const changes = [...new Set(toApprove)].flatMap((id): readonly ApprovedChange[] => {
                const candidates = meantFor(stack, id);
                for (const each of candidates) {
                    used.add(each);
                }
                const holding = candidates.filter(
                    (each) => !isEarlier(each) && hasReason(each) && !isOver(each, today),
                );
                const chosen = holding.find((each) => each.stack === stack) ?? holding[0];
                return chosen === undefined ? [] : [approvedChange(chosen)];
            });
            return [stack, changes] as const;
        }),
    );

    const seen = new Set<string>();
    const problems = entries.flatMap((each): readonly ReportProblem[] => {
        const isUsed = used.has(each);
        const isJudged = whole || stacks.some(({ stack }) => stack === each.stack);
        const scope = JSON.stringify([each.change, each.stack]);
        const found = isEarlier(each)
            ? leftOver(isUsed, isJudged)
            : problemOf(each, { today, isUsed, isRepeated: seen.has(scope), isJudged, asked: stacks });
        if (!isEarlier(each)) {
            seen.add(scope);
        }
        return found === undefined
            ? []
            : [{ ...found, text: `${file}:${each.line}: approval of "${each.change}": ${found.text}` }];
    });
    return { approved, problems };
}

/** Everything of an entry but its place: one that is renewed, or agreed to for more messages, is a new one. */
function contentOf({ change, reason, until, stack, messages }: Approval): string {
    return JSON.stringify([change, reason, until, stack, messages]);
}

function approvedChange({ change, reason = "", until, messages }: Approval): ApprovedChange {
    return {
        id: change,
        reason,
        ...(until !== undefined && { until }),
        ...(messages !== undefined && { messages }),
    };
}

interface EntryState {
    readonly today: string;
    readonly isUsed: boolean;
    readonly isRepeated: boolean;
    /** Whether all was reviewed that it could be about. */
    readonly isJudged: boolean;
    readonly asked: readonly Asked[];
}

/** What is told of an entry that was there before the change. */
function leftOver(isUsed: boolean, isJudged: boolean): ReportProblem | undefined {
    if (isUsed) {
        return {
            kind: "note",
            text: "was agreed to in an earlier change, and not in this one; where this one is meant, too, write the reason for it, else remove the entry",
        };
    }
    return isJudged
        ? { kind: "note", text: "is left over from an earlier change; remove the entry" }
        : undefined;
}

function problemOf(
    each: Approval,
    { today, isUsed, isRepeated, isJudged, asked }: EntryState,
): ReportProblem | undefined {
    if (!hasReason(each)) {
        return { kind: "finding", text: 'has no reason; write why it may be done, as its "reason"' };
    }
    if (isRepeated) {
        return { kind: "finding", text: "stands there twice; remove one of the entries" };
    }
    if (isOver(each, today)) {
        return {
            kind: "finding",
            text: `held until ${each.until ?? ""}; decide again and set another day, or remove the entry`,
        };
    }
    return isUsed || !isJudged
        ? undefined
        : { kind: "finding", text: `approves nothing that is found; ${wayOut(each, asked)}` };
}

function wayOut({ change, stack }: Approval, asked: readonly Asked[]): string {
    const elsewhere = asked.filter(({ toApprove }) => toApprove.includes(change)).map((each) => each.stack);
    if (elsewhere.length > 0) {
        return `stack "${stack ?? ""}" has no such change, stack "${elsewhere.join('" and "')}" has`;
    }
    return suggestName(change, [...new Set(asked.flatMap(({ toApprove }) => toApprove))], "remove the entry");
}
