import type { Topology } from "../../model/index.ts";
import type { EnginePreview } from "../engine/enginePreview.ts";
import type { BlastRadius } from "../live/blastRadius.ts";
import type { ReportProblem } from "./reportProblem.ts";
import type { Review } from "./review.ts";

export type { ProblemKind, ReportProblem } from "./reportProblem.ts";
export { problemKinds } from "./reportProblem.ts";

/** Everything that one report tells of one or several stacks, in total order. Its renderers are pure: equal reports give equal texts. */
export interface Report {
    /** By name. */
    readonly stacks: readonly StackReport[];
    /** The stacks that cannot be compared, since a side of them cannot be read. By name. */
    readonly unread: readonly UnreadStack[];
    /** What belongs to no single stack, such as an approval that approves nothing. */
    readonly problems: readonly ReportProblem[];
    readonly provenance: Provenance;
    readonly outcome: Outcome;
}

/** What the review found in one stack. */
export interface StackReport {
    readonly stack: string;
    /** Whether there was something to compare with; a stack that is new, or goes, is compared with nothing. */
    readonly state: "compared" | "new" | "removed";
    readonly before: Topology;
    readonly after: Topology;
    readonly review: Review;
    /** What somebody agreed to, by the ids of `review.verdict.toApprove`, in their order. */
    readonly approved: readonly ApprovedChange[];
    /** The ids of `review.verdict.toApprove` that nobody agreed to, in their order. */
    readonly unapproved: readonly string[];
    /** What a live broker says about the destructive changes. @default - nobody asked one: the numbers are unknown */
    readonly live?: BlastRadius;
    /** What the engine's own preview says. @default - there was none to read */
    readonly engine?: EnginePreview;
    readonly problems: readonly ReportProblem[];
    /** What both topologies hash to, to compare with what is applied later. */
    readonly hashes: { readonly before?: string; readonly after?: string };
}

/** A stack of which nothing is known but that it is there. */
export interface UnreadStack {
    readonly stack: string;
    /** Why. Empty where the reason is no single stack's. */
    readonly problems: readonly ReportProblem[];
}

/** A destructive change that somebody approved. */
export interface ApprovedChange {
    /** The id of the change: `delete queue spot/result-processor`. */
    readonly id: string;
    /** Why it may be done. */
    readonly reason: string;
    /** The last day on which it may be done, such as `2027-03-31`. @default - as long as the change is under review */
    readonly until?: string;
    /** How many messages of a live broker may die with it. @default - none: it was agreed to for queues that are empty */
    readonly messages?: number;
}

/** Where a report comes from, so that another person gets the same one. */
export interface Provenance {
    readonly base: Origin;
    readonly head: Origin;
    /** `spot-messaging 0.1.0`. */
    readonly tool: string;
    /** What makes the same report, to be run in the folder of the project. */
    readonly command: string;
}

/** What was compared: a revision, a file, a broker or the stacks of a program. */
export interface Origin {
    /** As a person gave it: a revision, a path, or the program's stacks. */
    readonly name: string;
    /** The commit that a revision meant, in full. */
    readonly commit?: string;
}

/** How the command ends. */
export interface Outcome {
    /** 0 nothing destructive, 1 something that nobody agreed to, 2 unreadable input, 3 broker unreachable. */
    readonly exitCode: 0 | 1 | 2 | 3;
}

/**
 * The outcome of what was found. What could not be read or asked comes first: a report that does not know everything must not pass for one
 * that found nothing, nor for one whose findings are all that there is.
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
