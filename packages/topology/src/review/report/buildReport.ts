import { compareText } from "../../text/names.ts";
import { redactText } from "../../text/redaction.ts";
import { type Approvals, type ApprovalUse, applyApprovals } from "./approvals.ts";
import { applyEvidence, type Evidence, withEngineVerdict } from "./evidence.ts";
import { outcomeOf, type Report, type ReportProblem } from "./report.ts";
import type { ReviewedStack } from "./reviewedStack.ts";

/** The input of {@link buildReport}. */
export interface ReportParts extends Pick<Report, "unread" | "problems" | "provenance"> {
    readonly stacks: readonly ReviewedStack[];
    readonly evidence: Evidence;
    readonly approvals: Approvals;
    readonly approvalUse: ApprovalUse;
    /** Texts that no problem may show, such as the broker's password. */
    readonly secrets: readonly string[];
}

/** Builds the report: adds the engine's changes, applies the approvals and computes the outcome. */
export function buildReport(parts: ReportParts): Report {
    const { evidence, provenance } = parts;
    const reviewed = parts.stacks
        .map((stack) => withEngineVerdict(stack, evidence.stacks.get(stack.stack)))
        .sort((a, b) => compareText(a.stack, b.stack));
    const requests = reviewed.map(({ stack, review }) => ({
        stack,
        toApprove: review.causes.filter(({ covers }) => covers.length > 0),
    }));
    const { approved, problems } = applyApprovals(requests, parts.approvals, parts.approvalUse);
    const withoutSecrets = <T extends { readonly problems: readonly ReportProblem[] }>(part: T): T => ({
        ...part,
        problems: part.problems.map(({ kind, text }) => ({ kind, text: redactText(text, parts.secrets) })),
    });
    const report = withoutSecrets({
        stacks: reviewed
            .map((each) =>
                applyEvidence(each, approved.get(each.stack) ?? [], evidence.stacks.get(each.stack)),
            )
            .map(withoutSecrets),
        unread: parts.unread.map(withoutSecrets),
        problems: [...parts.problems, ...problems, ...evidence.problems],
    });
    return { ...report, provenance, outcome: outcomeOf(report) };
}
