import { z } from "zod";
import {
    type EntryForm,
    hasReason,
    isOver,
    parseEntries,
    type Reasoned,
    reasoned,
} from "../../checks/report/entryFile.ts";
import { compareText, suggestName } from "../../text/names.ts";
import type { Cause } from "../causes/cause.ts";
import type { ApprovedChange, ReportProblem } from "./report.ts";

/** The file of approvals, relative to the project's folder. It is part of the change, so that approvals are reviewed with it. */
export const approvalsPath = "topology/approvals.yaml";

/** An approval of a destructive change, with a reason and an optional last day. */
export interface Approval extends Reasoned {
    /** The id of a cause, which covers everything that follows from it; or of a single change: `delete queue spot/result-processor`. */
    readonly change: string;
    /** How many messages of a live broker may be lost. @default - none */
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
 * @throws UsageError with all problems
 */
export function parseApprovals(text: string, file: string): Approvals {
    return { file, entries: parseEntries(text, file, form) };
}

/** How approvals apply to one report. */
export interface ApprovalUse {
    /** Today, such as `2026-11-24`. */
    readonly today: string;
    /** The approvals that existed before the change: they do not approve it. @see applyApprovals */
    readonly earlier: readonly Approval[];
    /** Whether all stacks were reviewed. Otherwise an unused entry may belong to another stack and is not an error. */
    readonly whole: boolean;
}

/** The causes of one stack that need approval. */
export interface ApprovalRequest {
    readonly stack: string;
    readonly toApprove: readonly Pick<Cause, "id" | "covers">[];
}

export interface ApprovalResult {
    /** By stack, in the order of `toApprove`. */
    readonly approved: ReadonlyMap<string, readonly ApprovedChange[]>;
    /** The problems of the entries, in their order. */
    readonly problems: readonly ReportProblem[];
}

/**
 * Finds the approved causes. A cause is approved by one entry with its id, or by entries for every change that it covers. An entry without a reason, or past its last day, approves nothing. An entry for a stack takes precedence over
 * one for all stacks. An entry that existed before the change belongs to an earlier change and approves nothing: an id names the object, not
 * its new values, so it would approve values that were never reviewed. It is reported as a note.
 */
export function applyApprovals(
    stacks: readonly ApprovalRequest[],
    { file, entries }: Approvals,
    { today, earlier, whole }: ApprovalUse,
): ApprovalResult {
    const known = new Set(earlier.map(contentOf));
    const isEarlier = (each: Approval): boolean => known.has(contentOf(each));
    const byChange = new Map<string, Approval[]>();
    for (const each of entries) {
        byChange.set(each.change, [...(byChange.get(each.change) ?? []), each]);
    }
    const entriesFor = (stack: string, id: string): readonly Approval[] =>
        (byChange.get(id) ?? []).filter((each) => each.stack === undefined || each.stack === stack);

    const used = new Set<Approval>();
    const validEntry = (stack: string, id: string): Approval | undefined => {
        const candidates = entriesFor(stack, id);
        for (const each of candidates) {
            used.add(each);
        }
        const valid = candidates.filter(
            (each) => !isEarlier(each) && hasReason(each) && !isOver(each, today),
        );
        return valid.find((each) => each.stack === stack) ?? valid[0];
    };
    const approved = new Map(
        stacks.map(({ stack, toApprove }) => {
            const causes = [...new Map(toApprove.map((each) => [each.id, each])).values()];
            const changes = causes.flatMap(({ id, covers }): readonly ApprovedChange[] => {
                const whole = validEntry(stack, id);
                const parts = covers.map((each) => validEntry(stack, each));
                const chosen = whole === undefined ? parts : [whole];
                return chosen.length > 0 && chosen.every((each) => each !== undefined)
                    ? [approvedCause(id, chosen)]
                    : [];
            });
            return [stack, changes] as const;
        }),
    );

    const seen = new Set<string>();
    const problems = entries.flatMap((each): readonly ReportProblem[] => {
        const isUsed = used.has(each);
        const isReviewed = whole || stacks.some(({ stack }) => stack === each.stack);
        const scope = JSON.stringify([each.change, each.stack]);
        const found = isEarlier(each)
            ? earlierEntryProblem(isUsed, isReviewed)
            : problemOf(each, { today, isUsed, isRepeated: seen.has(scope), isReviewed, requests: stacks });
        if (!isEarlier(each)) {
            seen.add(scope);
        }
        return found === undefined
            ? []
            : [{ ...found, text: `${file}:${each.line}: approval of "${each.change}": ${found.text}` }];
    });
    return { approved, problems };
}

/** The entry without its line. An entry with a new day or a new number of messages is a new entry. */
function contentOf({ change, reason, until, stack, messages }: Approval): string {
    return JSON.stringify([change, reason, until, stack, messages]);
}

/** The entries of one cause together: the first last day, and the sum of the messages. */
function approvedCause(id: string, entries: readonly Approval[]): ApprovedChange {
    const until = entries
        .flatMap((each) => each.until ?? [])
        .sort(compareText)
        .at(0);
    const messages = entries.flatMap((each) => each.messages ?? []);
    return {
        id,
        reason: [...new Set(entries.map(({ reason = "" }) => reason))].join("; "),
        ...(until !== undefined && { until }),
        ...(messages.length > 0 && { messages: messages.reduce((sum, each) => sum + each, 0) }),
    };
}

interface EntryState {
    readonly today: string;
    readonly isUsed: boolean;
    readonly isRepeated: boolean;
    /** Whether all stacks were reviewed that the entry may belong to. */
    readonly isReviewed: boolean;
    readonly requests: readonly ApprovalRequest[];
}

/** The note about an entry that existed before the change. */
function earlierEntryProblem(isUsed: boolean, isReviewed: boolean): ReportProblem | undefined {
    if (isUsed) {
        return {
            kind: "note",
            text: "belongs to an earlier change and does not approve this one; write a new reason to approve this change, or remove the entry",
        };
    }
    return isReviewed
        ? { kind: "note", text: "is left over from an earlier change; remove the entry" }
        : undefined;
}

function problemOf(
    each: Approval,
    { today, isUsed, isRepeated, isReviewed, requests }: EntryState,
): ReportProblem | undefined {
    if (!hasReason(each)) {
        return { kind: "finding", text: 'has no reason; write why the change may be deployed, as "reason"' };
    }
    if (isRepeated) {
        return { kind: "finding", text: "is a duplicate; remove one of the entries" };
    }
    if (isOver(each, today)) {
        return {
            kind: "finding",
            text: `expired on ${each.until ?? ""}; decide again and set another day, or remove the entry`,
        };
    }
    return isUsed || !isReviewed
        ? undefined
        : { kind: "finding", text: `matches no change; ${wayOut(each, requests)}` };
}

function wayOut({ change, stack }: Approval, requests: readonly ApprovalRequest[]): string {
    const idsOf = ({ toApprove }: ApprovalRequest): readonly string[] =>
        toApprove.flatMap(({ id, covers }) => [id, ...covers]);
    const elsewhere = requests.filter((each) => idsOf(each).includes(change)).map((each) => each.stack);
    if (elsewhere.length > 0) {
        return `stack "${stack ?? ""}" has no such change, stack "${elsewhere.join('" and "')}" has`;
    }
    return suggestName(change, [...new Set(requests.flatMap(idsOf))], "remove the entry");
}
