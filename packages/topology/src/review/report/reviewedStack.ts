import { emptyTopology } from "../../model/emptyTopology.ts";
import type { Topology } from "../../model/index.ts";
import type { ReportProblem, StackReport } from "./report.ts";
import { review } from "./review.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/** One stack before and after the change; at least one of the two exists. */
export interface ComparedStack {
    readonly stack: string;
    readonly before: Topology | undefined;
    readonly after: Topology | undefined;
    readonly hashes: StackReport["hashes"];
    readonly problems: readonly ReportProblem[];
}

/** A reviewed stack, before approvals and evidence are applied. */
export type ReviewedStack = Omit<StackReport, "approved" | "unapproved" | "live" | "engine">;

/** Reviews one stack. The result holds no secrets. */
export function reviewStack({ stack, hashes, problems, ...versions }: ComparedStack): ReviewedStack {
    const shown = withoutSecrets(versions.before, versions.after);
    const state = shown.before === undefined ? "new" : shown.after === undefined ? "removed" : "compared";
    const version = (shown.before ?? shown.after)?.brokerVersion ?? "4.3";
    const none = { ...emptyTopology("4.3"), brokerVersion: version };
    const before = shown.before ?? none;
    const after = shown.after ?? none;
    const found = review(stack, before, after);
    // One approval covers a whole removed stack.
    const verdict =
        state === "removed"
            ? { ...found.verdict, needsApproval: true, toApprove: [`delete stack ${stack}`] }
            : found.verdict;
    return { stack, state, before, after, review: { ...found, verdict }, problems, hashes };
}
