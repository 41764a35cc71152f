import { compareText } from "../../text/names.ts";
import { redactText } from "../../text/redaction.ts";
import { type Approvals, type ApprovalUse, applyApprovals } from "./approvals.ts";
import { type Evidence, judgeStack, withEngineVerdict } from "./evidence.ts";
import { outcomeOf, type Report, type ReportProblem } from "./report.ts";
import type { ReviewedStack } from "./reviewedStack.ts";

/** What a report is made of. */
export interface ReportParts extends Pick<Report, "unread" | "problems" | "provenance"> {
    readonly stacks: readonly ReviewedStack[];
    readonly evidence: Evidence;
    readonly approvals: Approvals;
    readonly approvalUse: ApprovalUse;
    /** What no problem may show, such as the password of the broker that was asked. */
    readonly secrets: readonly string[];
}

/** Builds the report: joins what the engine would do, applies the approvals, and computes the outcome. */
export function buildReport(parts: ReportParts): Report {
    const { evidence, provenance } = parts;
    const reviewed = parts.stacks
        .map((stack) => withEngineVerdict(stack, evidence.stacks.get(stack.stack)))
        .sort((a, b) => compareText(a.stack, b.stack));
    const asked = reviewed.map(({ stack, review }) => ({ stack, toApprove: review.verdict.toApprove }));
    const { approved, problems } = applyApprovals(asked, parts.approvals, parts.approvalUse);
    const withoutSecrets = <T extends { readonly problems: readonly ReportProblem[] }>(part: T): T => ({
        ...part,
        problems: part.problems.map(({ kind, text }) => ({ kind, text: redactText(text, parts.secrets) })),
    });
    const report = withoutSecrets({
        stacks: reviewed
            .map((each) => judgeStack(each, approved.get(each.stack) ?? [], evidence.stacks.get(each.stack)))
            .map(withoutSecrets),
        unread: parts.unread.map(withoutSecrets),
        problems: [...parts.problems, ...problems, ...evidence.problems],
    });
    return { ...report, provenance, outcome: outcomeOf(report) };
}
