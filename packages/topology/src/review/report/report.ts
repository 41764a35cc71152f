import type { Topology } from "../../model/index.ts";
import type { EnginePreview } from "../engine/enginePreview.ts";
import type { BlastRadius } from "../live/blastRadius.ts";
import type { ReportProblem } from "./reportProblem.ts";
import type { Review } from "./review.ts";

export type { ProblemKind, ReportProblem } from "./reportProblem.ts";
export { problemKinds } from "./reportProblem.ts";

/** The report about one or several stacks, in total order. Its renderers are pure: equal reports give equal texts. */
export interface Report {
    /** By name. */
    readonly stacks: readonly StackReport[];
    /** The stacks whose topology cannot be read, before or after. By name. */
    readonly unread: readonly UnreadStack[];
    /** Problems that do not belong to a single stack, such as an approval that matches no change. */
    readonly problems: readonly ReportProblem[];
    readonly provenance: Provenance;
    readonly outcome: Outcome;
}

/** What the review found in one stack. */
export interface StackReport {
    readonly stack: string;
    /** Whether the stack exists before and after; a new or a removed stack is compared with an empty topology. */
    readonly state: "compared" | "new" | "removed";
    readonly before: Topology;
    readonly after: Topology;
    readonly review: Review;
    /** The approved changes, in the order of `review.verdict.toApprove`. */
    readonly approved: readonly ApprovedChange[];
    /** The ids of `review.verdict.toApprove` that are not approved, in their order. */
    readonly unapproved: readonly string[];
    /** The numbers of a live broker. @default - no broker was queried, so the numbers are unknown */
    readonly live?: BlastRadius;
    /** The engine's own preview. @default - none was given */
    readonly engine?: EnginePreview;
    readonly problems: readonly ReportProblem[];
    /** The hashes of both topologies, to compare with what is deployed later. */
    readonly hashes: { readonly before?: string; readonly after?: string };
}

/** A stack whose topology cannot be read. */
export interface UnreadStack {
    readonly stack: string;
    /** Why. Empty if the reason does not belong to a single stack. */
    readonly problems: readonly ReportProblem[];
}

/** A destructive change that is approved. */
export interface ApprovedChange {
    /** The id of the change: `delete queue spot/result-processor`. */
    readonly id: string;
    /** Why the change may be deployed. */
    readonly reason: string;
    /** The last day on which the approval is valid, such as `2027-03-31`. @default - as long as the change is under review */
    readonly until?: string;
    /** How many messages of a live broker may be lost. @default - none: the queues must be empty */
    readonly messages?: number;
}

/** How the report was made, so that another person can make the same one. */
export interface Provenance {
    readonly base: Origin;
    readonly head: Origin;
    /** `spot-messaging 0.1.0`. */
    readonly tool: string;
    /** The command that makes the same report, to run in the project's folder. */
    readonly command: string;
}

/** One side of the comparison: a revision, a file, a broker or the stacks of a program. */
export interface Origin {
    /** As written on the command line: a revision, a path, or the program's stacks. */
    readonly name: string;
    /** The full id of the revision's commit. */
    readonly commit?: string;
}

/** The result of the command. */
export interface Outcome {
    /** 0 nothing destructive or all of it approved, 1 something is not approved, 2 unreadable input, 3 broker unreachable. */
    readonly exitCode: 0 | 1 | 2 | 3;
}

/** The report with further problems, which count for its outcome. */
export function withProblems(report: Report, problems: readonly ReportProblem[]): Report {
    const extended = { ...report, problems: [...report.problems, ...problems] };
    return { ...extended, outcome: outcomeOf(extended) };
}

/**
 * The outcome of a report. Unreadable input and an unreachable broker come first: an incomplete report must not look like a complete one.
 */
export function outcomeOf({
    stacks,
    unread,
    problems,
}: Pick<Report, "stacks" | "unread" | "problems">): Outcome {
    const own = [...stacks, ...unread].flatMap((each) => each.problems);
    const kinds = new Set([...problems, ...own].map(({ kind }) => kind));
    if (unread.length > 0 || kinds.has("unreadable")) {
        return { exitCode: 2 };
    }
    if (kinds.has("unreachable")) {
        return { exitCode: 3 };
    }
    const isFound = kinds.has("finding") || stacks.some(({ unapproved }) => unapproved.length > 0);
    return { exitCode: isFound ? 1 : 0 };
}
