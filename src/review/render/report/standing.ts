import type { Report, ReportProblem, StackReport } from "../../report.js";
import { counted } from "../units.js";

/**
 * How a stack stands, from what stops a deployment to what does not.
 *
 * - `blocked`: somebody must agree to something, or settle it.
 * - `unknown`: not everything could be read or asked.
 * - `approved`: it destroys, and somebody agreed to that.
 * - `harmless`: it destroys nothing.
 */
export type Standing = "blocked" | "unknown" | "approved" | "harmless";

export function standingOf({ unapproved, approved, problems }: StackReport): Standing {
    if (unapproved.length > 0 || has(problems, "finding")) {
        return "blocked";
    }
    return has(problems, "unreadable") || has(problems, "unreachable")
        ? "unknown"
        : approved.length > 0
          ? "approved"
          : "harmless";
}

/** What the first line says behind the verdict: how far it is agreed to, and whether it is all. */
export function remarksOf({
    state,
    unapproved,
    approved,
    problems,
}: Pick<StackReport, "state" | "unapproved" | "approved" | "problems">): readonly string[] {
    const all = unapproved.length + approved.length;
    const settled = unapproved.length === 0 ? "approved" : "not approved";
    return [
        ...(state === "new" ? ["a new stack"] : state === "removed" ? ["the stack goes"] : []),
        ...(all === 0
            ? []
            : [isMixed(unapproved, approved) ? `${unapproved.length} of ${all} not approved` : settled]),
        ...problemRemarks(problems),
    ];
}

export function problemRemarks(problems: readonly ReportProblem[]): readonly string[] {
    const findings = problems.filter(({ kind }) => kind === "finding").length;
    return [
        ...(has(problems, "unreadable") ? ["not everything could be read"] : []),
        ...(has(problems, "unreachable") ? ["the broker gave no answer"] : []),
        ...(findings === 0 ? [] : [`${counted(findings, "finding")} to settle`]),
    ];
}

/** Whether the report tells of nothing at all. */
export function isUnchanged({ stacks, problems }: Report): boolean {
    return (
        problems.length === 0 &&
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
