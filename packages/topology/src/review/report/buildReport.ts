import { emptyTopology } from "../../model/emptyTopology.ts";
import type { Topology } from "../../model/index.ts";
import { compareText } from "../compare/canonical.ts";
import { type Approvals, type ApprovalUse, applyApprovals } from "./approvals.ts";
import {
    type ApprovedChange,
    outcomeOf,
    type Report,
    type ReportProblem,
    type StackReport,
} from "./report.ts";
import { review } from "./review.ts";
import { joinedVerdict, type Verdict } from "./verdict.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/** One stack as both sides have it; at least one of them does. */
export interface ComparedStack {
    readonly stack: string;
    readonly before: Topology | undefined;
    readonly after: Topology | undefined;
    readonly hashes: StackReport["hashes"];
    readonly problems: readonly ReportProblem[];
    /** About what the engine would do beside the change. @default - nothing, or nobody asked it */
    readonly beside?: Verdict;
}

/** What a report is made of. */
export interface ReportParts extends Pick<Report, "unread" | "problems" | "provenance"> {
    readonly stacks: readonly ComparedStack[];
    readonly approvals: Approvals;
    readonly approvalUse: ApprovalUse;
}

/** Reviews every stack, and says what of it was agreed to. Secrets are gone from whatever the report holds. */
export function buildReport({
    stacks,
    unread,
    approvals,
    approvalUse,
    problems,
    provenance,
}: ReportParts): Report {
    const reviewed = stacks.map(reviewedStack).sort((a, b) => compareText(a.stack, b.stack));
    const asked = reviewed.map(({ stack, review: { verdict } }) => ({ stack, toApprove: verdict.toApprove }));
    const applied = applyApprovals(asked, approvals, approvalUse);
    const report = {
        stacks: reviewed.map((each) => withApprovals(each, applied.approved.get(each.stack) ?? [])),
        unread,
        problems: [...problems, ...applied.problems],
    };
    return { ...report, provenance, outcome: outcomeOf(report) };
}

type ReviewedStack = Omit<StackReport, "approved" | "unapproved">;

function reviewedStack({ stack, hashes, problems, beside, ...sides }: ComparedStack): ReviewedStack {
    const shown = withoutSecrets(sides.before, sides.after);
    const state = shown.before === undefined ? "new" : shown.after === undefined ? "removed" : "compared";
    const version = (shown.before ?? shown.after)?.brokerVersion ?? "4.3";
    const before = shown.before ?? emptyTopology(version);
    const after = shown.after ?? emptyTopology(version);
    const found = review(stack, before, after);
    // Whoever gives up a stack gives up all of it, and need not agree to each of its queues.
    const verdict =
        state === "removed"
            ? { ...found.verdict, needsApproval: true, toApprove: [`delete stack ${stack}`] }
            : beside === undefined
              ? found.verdict
              : joinedVerdict(found.verdict, beside);
    return { stack, state, before, after, review: { ...found, verdict }, problems, hashes };
}

function withApprovals(stack: ReviewedStack, approved: readonly ApprovedChange[]): StackReport {
    const agreed = new Set(approved.map(({ id }) => id));
    return {
        ...stack,
        approved,
        unapproved: stack.review.verdict.toApprove.filter((id) => !agreed.has(id)),
    };
}
