import type { Report, ReportProblem, StackReport } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";

/**
 * The result of the review of a stack, the most urgent first.
 *
 * - `blocked`: a change needs approval, or a problem must be fixed.
 * - `unknown`: a part of the input or the broker could not be read.
 * - `approved`: all destructive changes are approved.
 * - `harmless`: no change is destructive.
 */
const statuses = ["blocked", "unknown", "approved", "harmless"] as const;

/** The result of the review of a stack. */
export type ReviewStatus = (typeof statuses)[number];

function statusOf({ unapproved, approved, problems }: StackReport): ReviewStatus {
    if (unapproved.length > 0 || has(problems, "finding")) {
        return "blocked";
    }
    return has(problems, "unreadable") || has(problems, "unreachable")
        ? "unknown"
        : approved.length > 0
          ? "approved"
          : "harmless";
}

/** A line at the top of the report. */
export interface Headline {
    readonly status: ReviewStatus;
    readonly text: string;
    /** Remarks after the text. */
    readonly remarks: readonly string[];
}

/**
 * The headlines: first unreadable and blocked stacks, then the rest, so that a reader of one line does not miss a problem.
 */
export function headlines(report: Report): readonly Headline[] {
    const { stacks, unread } = report;
    const own = mergedLines(stacks).sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
    return [
        ...unread.map(({ stack }) =>
            headline("unknown", `${stack}: cannot be read, so the effect on its messages is unknown`),
        ),
        ...(stacks.length + unread.length === 0 ? [headline("unknown", "no stack to compare")] : []),
        ...own.filter(({ status }) => status === "blocked"),
        ...generalHeadlines(report),
        ...own.filter(({ status }) => status !== "blocked"),
    ];
}

/** The verdict of each stack. Stacks with the same verdict share a line: `dev, prod: no changes`. */
function mergedLines(stacks: readonly StackReport[]): Headline[] {
    const lines = new Map<string, { readonly names: string[]; readonly line: Headline }>();
    for (const each of stacks) {
        const { line } = each.review.verdict;
        const text = line.startsWith(`${each.stack}: `) ? line.slice(each.stack.length) : `: ${line}`;
        const own = { status: statusOf(each), text, remarks: remarksOf(each) };
        const known = lines.get(JSON.stringify(own));
        if (known === undefined) {
            lines.set(JSON.stringify(own), { names: [each.stack], line: own });
        } else {
            known.names.push(each.stack);
        }
    }
    return [...lines.values()].map(({ names, line }) => ({
        ...line,
        text: `${names.join(", ")}${line.text}`,
    }));
}

/** All headlines in one line. */
export function verdictLine(report: Report): string {
    return headlines(report)
        .map(({ text, remarks }) => [text, ...remarks].join("; "))
        .join(" · ");
}

/** All problems: first those that do not belong to a single stack. Equal problems of several stacks are one. */
export function distinctProblems({ problems, unread, stacks }: Report): readonly ReportProblem[] {
    const all = [...problems, ...[...unread, ...stacks].flatMap((each) => each.problems)];
    return [...new Map(all.map((each) => [`${each.kind} ${each.text}`, each])).values()];
}

function headline(status: ReviewStatus, text: string): Headline {
    return { status, text, remarks: [] };
}

function generalHeadlines({ problems }: Report): readonly Headline[] {
    const remarks = problemRemarks(problems);
    return remarks.length === 0 ? [] : [headline("blocked", `all stacks: ${remarks.join(", ")}`)];
}

/** The remarks after the verdict: whether it is approved, and whether the review is complete. */
function remarksOf({
    state,
    unapproved,
    approved,
    problems,
}: Pick<StackReport, "state" | "unapproved" | "approved" | "problems">): readonly string[] {
    const all = unapproved.length + approved.length;
    const settled = unapproved.length === 0 ? "approved" : "not approved";
    return [
        ...(state === "new" ? ["new stack"] : state === "removed" ? ["the stack is removed"] : []),
        ...(all === 0
            ? []
            : [isMixed(unapproved, approved) ? `${unapproved.length} of ${all} not approved` : settled]),
        ...problemRemarks(problems),
    ];
}

function problemRemarks(problems: readonly ReportProblem[]): readonly string[] {
    const findings = problems.filter(({ kind }) => kind === "finding").length;
    return [
        ...(has(problems, "unreadable") ? ["the input is incomplete"] : []),
        ...(has(problems, "unreachable") ? ["the broker did not answer"] : []),
        ...(findings === 0 ? [] : [`${counted(findings, "problem")} to fix`]),
    ];
}

/** A hidden line of a report without changes, by which a comment is not created. */
export const unchangedMark = "<!-- no changes -->";

/** Whether a report in markdown has no changes. */
export function saysNoChanges(markdown: string): boolean {
    return markdown.split("\n").some((line) => line.trim() === unchangedMark);
}

/** Whether the report has no changes and no problems. */
export function isUnchanged({ stacks, unread, problems }: Report): boolean {
    return (
        problems.length === 0 &&
        unread.length === 0 &&
        stacks.every(
            ({ state, review, approved, unapproved, problems: own, engine }) =>
                state === "compared" &&
                [
                    review.changes,
                    review.routing,
                    review.settings,
                    review.permissions,
                    review.contract,
                    approved,
                    unapproved,
                    own,
                    engine?.disagreements ?? [],
                    engine?.others ?? [],
                    engine?.policies ?? [],
                    engine?.diagnostics ?? [],
                ].every(({ length }) => length === 0),
        )
    );
}

function isMixed(unapproved: readonly unknown[], approved: readonly unknown[]): boolean {
    return unapproved.length > 0 && approved.length > 0;
}

function has(problems: readonly ReportProblem[], kind: ReportProblem["kind"]): boolean {
    return problems.some((each) => each.kind === kind);
}
