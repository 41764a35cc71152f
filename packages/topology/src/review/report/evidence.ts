import { objectKey } from "../../model/index.ts";
import { counted } from "../../text/units.ts";
import type { EnginePreview } from "../engine/enginePreview.ts";
import { previewProblems } from "../engine/enginePreview.ts";
import { type BlastRadius, dyingOf, dyingTotal } from "../live/blastRadius.ts";
import type { LiveQueue } from "../live/impact.ts";
import type { ApprovedChange, ReportProblem, StackReport } from "./report.ts";
import type { ReviewedStack } from "./reviewedStack.ts";
import { joinedVerdict } from "./verdict.ts";

/** What a live broker and the engine's preview say of a stack. */
export interface StackEvidence {
    readonly live?: BlastRadius;
    readonly engine?: EnginePreview;
    readonly problems: readonly ReportProblem[];
}

/** All evidence for one report. */
export interface Evidence {
    /** By the name of the stack. */
    readonly stacks: ReadonlyMap<string, StackEvidence>;
    /** Those of no single stack. */
    readonly problems: readonly ReportProblem[];
}

/** What the engine would do besides the change needs the same approval, from the same file. */
export function withEngineVerdict(stack: ReviewedStack, evidence: StackEvidence | undefined): ReviewedStack {
    const engineVerdict = evidence?.engine?.unreviewed?.review.verdict;
    const { review, state } = stack;
    return engineVerdict === undefined || state === "removed"
        ? stack
        : { ...stack, review: { ...review, verdict: joinedVerdict(review.verdict, engineVerdict) } };
}

/**
 * Judges a stack by its approvals and the evidence.
 *
 * An approval accepts a kind of loss, and was most likely given for queues that are empty by the time of the deployment: that is what the safe
 * ways lead to. Messages that lie there now are another matter. So an approval covers as many of them as it says (`messages`), none where
 * it says nothing; with more, the change counts as not approved, and the report says both numbers. What nobody can count does not take an
 * approval away; it is told.
 */
export function judgeStack(
    stack: ReviewedStack,
    approvals: readonly ApprovedChange[],
    { live: found, engine, problems }: StackEvidence = { problems: [] },
): StackReport {
    const live = found === undefined ? undefined : withRemoval(found, stack);
    const covered = new Map(
        approvals.map((each) => [each.id, coverage(each, live?.changes.get(each.id) ?? [])]),
    );
    const isCovered = ({ id }: ApprovedChange): boolean => covered.get(id)?.isEnough ?? true;
    const approved = approvals.filter(isCovered);
    const ids = new Set(approved.map(({ id }) => id));
    const { verdict } = stack.review;
    return {
        ...stack,
        ...(live !== undefined && { live }),
        ...(engine !== undefined && { engine }),
        review: { ...stack.review, verdict: { ...verdict, line: verdict.line + dyingText(live) } },
        approved,
        unapproved: verdict.toApprove.filter((id) => !ids.has(id)),
        problems: [
            ...stack.problems,
            ...problems,
            ...[...covered.values()].flatMap(({ problem }) => problem ?? []),
            ...(live === undefined ? [] : wrongBrokerProblem(live)),
            ...(engine === undefined ? [] : previewProblems(engine)),
        ],
    };
}

interface Coverage {
    readonly isEnough: boolean;
    readonly problem?: ReportProblem;
}

function coverage({ id, messages = 0 }: ApprovedChange, queues: readonly LiveQueue[]): Coverage {
    const { known, isExact } = dyingOf(queues);
    if (known > messages) {
        const allowed = messages === 0 ? "covers no messages" : `covers ${counted(messages, "message")}`;
        return {
            isEnough: false,
            problem: {
                kind: "finding",
                text: `approval of "${id}": it ${allowed}, but ${isExact ? "" : "at least "}${counted(known, "message")} would die now; let consumers empty the queue first, or write "messages: ${known}" into the approval`,
            },
        };
    }
    return isExact
        ? { isEnough: true }
        : {
              isEnough: true,
              problem: {
                  kind: "note",
                  text: `approval of "${id}": how many messages would die now is not known`,
              },
          };
}

function dyingText(live: BlastRadius | undefined): string {
    const total = live === undefined ? 0 : dyingTotal(live);
    return total === 0 ? "" : `; ${counted(total, "message")} would die now`;
}

/** One approval covers a whole stack that is removed: its queues are those of its deletions. */
function withRemoval(live: BlastRadius, { stack, state }: ReviewedStack): BlastRadius {
    if (state !== "removed") {
        return live;
    }
    const deleted = [...live.changes.values()].flat().filter(({ hits }) => hits.includes("deleted"));
    const queues = [...new Map(deleted.map((each) => [objectKey(each), each])).values()];
    return { ...live, changes: new Map([...live.changes, [`delete stack ${stack}`, queues]]) };
}

/** A broker that has none of the queues is most likely another one than was meant, and its zeros would be believed. */
function wrongBrokerProblem({ broker, changes }: BlastRadius): readonly ReportProblem[] {
    const queues = [...changes.values()].flat();
    return queues.length > 0 && queues.every(({ exists }) => !exists)
        ? [
              {
                  kind: "finding",
                  text: `broker "${broker}": it has none of the queues that the change touches; check that it is the broker of this stack`,
              },
          ]
        : [];
}
