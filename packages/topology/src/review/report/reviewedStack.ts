import type { Finding } from "../../checks/finding.ts";
import type { Component } from "../../definitions/component.ts";
import { emptyTopology } from "../../model/emptyTopology.ts";
import type { Topology } from "../../model/index.ts";
import type { Cause } from "../causes/cause.ts";
import { objectId } from "../compare/change.ts";
import { renamedResources } from "../renamedResources.ts";
import { withDeletion, withoutObjects } from "../unintendedDeletion.ts";
import { checkErrors, checkProblems, checkText } from "./checkErrors.ts";
import type { ReportProblem, StackReport } from "./report.ts";
import { type Review, review } from "./review.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/** One stack before and after the change; at least one of the two exists. */
export interface ComparedStack {
    readonly stack: string;
    readonly before: Topology | undefined;
    readonly after: Topology | undefined;
    /** The components that declare the versions. @default - unknown, so nothing is reported about logical names */
    readonly components?: { readonly before?: Component; readonly after?: Component };
    readonly hashes: StackReport["hashes"];
    readonly problems: readonly ReportProblem[];
    /** Whether a broker exported the version after: the check is about what a program declares. @default false */
    readonly isExported?: boolean;
    /** Whether the project accepts an error of the check. @default - none */
    readonly isAccepted?: (error: Finding) => boolean;
}

/** A reviewed stack, before approvals and evidence are applied. */
export type ReviewedStack = Omit<StackReport, "approved" | "unapproved" | "live" | "engine">;

/** Reviews one stack. The result holds no secrets. */
export function reviewStack({
    stack,
    hashes,
    problems,
    isExported = false,
    isAccepted,
    components = {},
    ...versions
}: ComparedStack): ReviewedStack {
    const shown = withoutSecrets(versions.before, versions.after);
    const state = shown.before === undefined ? "new" : shown.after === undefined ? "removed" : "compared";
    const version = (shown.before ?? shown.after)?.brokerVersion ?? "4.3";
    const none = { ...emptyTopology("4.3"), brokerVersion: version };
    const before = shown.before ?? none;
    const after = shown.after ?? none;
    const found =
        state === "compared"
            ? comparedReview(stack, before, after, components)
            : review(stack, before, after);
    // Without a difference, both sides have the same errors.
    const errors =
        state === "removed" || isExported || found.changes.length === 0
            ? { added: [], fixed: [] }
            : checkErrors(before, after, isAccepted);
    const { verdict } = found;
    const compared = { ...found, verdict: { ...verdict, line: verdict.line + checkText(errors) } };
    return {
        stack,
        state,
        before,
        after,
        review: state === "removed" ? removal(stack, found) : compared,
        problems: [...problems, ...checkProblems(errors)],
        hashes,
    };
}

/** The review, with the objects that are deleted because their logical names changed. */
function comparedReview(
    stack: string,
    before: Topology,
    after: Topology,
    components: NonNullable<ComparedStack["components"]>,
): Review {
    const { before: old, after: current } = components;
    if (old === undefined || current === undefined) {
        return review(stack, before, after);
    }
    const renamed = renamedResources(
        { topology: before, component: old },
        { topology: after, component: current },
    );
    return renamed.size === 0
        ? review(stack, before, after)
        : review(stack, before, withoutObjects(after, renamed), {
              refine: (change) => withDeletion(change, renamed.get(objectId(change.object))),
              component: { from: old.name, to: current.name },
          });
}

/** One cause and one approval cover a whole removed stack. */
function removal(stack: string, found: Review): Review {
    const id = `delete stack ${stack}`;
    const title = `stack "${stack}" is removed`;
    const cause: Cause = {
        id,
        title,
        subject: title,
        fear: found.causes[0]?.fear ?? "none",
        consequence: found.verdict.consequence,
        covers: [id],
        members: found.causes.flatMap(({ members }) => members),
    };
    return {
        ...found,
        causes: [cause],
        verdict: { ...found.verdict, needsApproval: true, toApprove: [id] },
    };
}
