import { objectKey } from "../../model/index.ts";
import { counted } from "../../text/units.ts";
import type { Cause } from "../causes/cause.ts";
import type { EnginePreview } from "../engine/enginePreview.ts";
import { previewProblems } from "../engine/enginePreview.ts";
import { type BlastRadius, lostMessagesOf, totalLostMessages } from "../live/blastRadius.ts";
import type { LiveQueue } from "../live/impact.ts";
import type { ApprovedChange, ReportProblem, StackReport } from "./report.ts";
import type { ReviewedStack } from "./reviewedStack.ts";
import { joinVerdicts } from "./verdict.ts";

/** The live broker's numbers and the engine's preview for a stack. */
export interface StackEvidence {
    readonly live?: BlastRadius;
    readonly engine?: EnginePreview;
    readonly problems: readonly ReportProblem[];
}

/** All evidence for one report. */
export interface Evidence {
    /** By the name of the stack. */
    readonly stacks: ReadonlyMap<string, StackEvidence>;
    /** Problems that do not belong to a single stack. */
    readonly problems: readonly ReportProblem[];
}

/** Adds the changes that only the engine would make: they need approval as well. */
export function withEngineVerdict(stack: ReviewedStack, evidence: StackEvidence | undefined): ReviewedStack {
    const byEngine = evidence?.engine?.unreviewed?.review;
    const { review, state } = stack;
    return byEngine === undefined || state === "removed"
        ? stack
        : {
              ...stack,
              review: {
                  ...review,
                  causes: [
                      ...new Map(
                          [...byEngine.causes, ...review.causes].map((each) => [each.id, each]),
                      ).values(),
                  ],
                  verdict: joinVerdicts(review.verdict, byEngine.verdict),
              },
          };
}

/**
 * Applies approvals and evidence to a reviewed stack.
 *
 * An approval normally assumes that queues are empty at the time of the deployment. It covers messages that are still in a queue only up to its
 * `messages` (default 0). With more messages, the change counts as not approved, and the report shows both numbers. If the number is unknown,
 * the approval stays valid, and the report notes it.
 */
export function applyEvidence(
    stack: ReviewedStack,
    approvals: readonly ApprovedChange[],
    { live: found, engine, problems }: StackEvidence = { problems: [] },
): StackReport {
    const live = found === undefined ? undefined : withRemoval(found, stack);
    const covered = new Map(
        approvals.map((each) => [
            each.id,
            coverage(each, live === undefined ? [] : liveQueuesOf(causeNamed(stack, each.id), live)),
        ]),
    );
    const isCovered = ({ id }: ApprovedChange): boolean => covered.get(id)?.isEnough ?? true;
    const approved = approvals.filter(isCovered);
    const ids = new Set(approved.map(({ id }) => id));
    const { verdict } = stack.review;
    return {
        ...stack,
        ...(live !== undefined && { live }),
        ...(engine !== undefined && { engine }),
        review: { ...stack.review, verdict: { ...verdict, line: verdict.line + lostMessagesText(live) } },
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

/** The cause of an approval. An approval without a cause is for the id alone. */
function causeNamed({ review }: Pick<ReviewedStack, "review">, id: string): Pick<Cause, "id" | "covers"> {
    return review.causes.find((each) => each.id === id) ?? { id, covers: [] };
}

/** The broker's numbers for the queues that a cause affects, each queue once. */
export function liveQueuesOf(
    { id, covers }: Pick<Cause, "id" | "covers">,
    { changes }: BlastRadius,
): readonly LiveQueue[] {
    const queues = new Map<string, LiveQueue>();
    for (const each of [id, ...covers].flatMap((one) => changes.get(one) ?? [])) {
        const known = queues.get(objectKey(each));
        if (known === undefined || (known.lostMessages ?? 0) < (each.lostMessages ?? 0)) {
            queues.set(objectKey(each), each);
        }
    }
    return [...queues.values()];
}

interface Coverage {
    readonly isEnough: boolean;
    readonly problem?: ReportProblem;
}

function coverage({ id, messages = 0 }: ApprovedChange, queues: readonly LiveQueue[]): Coverage {
    const { known, isExact } = lostMessagesOf(queues);
    if (known > messages) {
        const allowed = messages === 0 ? "covers no messages" : `covers ${counted(messages, "message")}`;
        return {
            isEnough: false,
            problem: {
                kind: "finding",
                text: `approval of "${id}": it ${allowed}, but ${isExact ? "" : "at least "}${counted(known, "message")} would be lost now; let consumers empty the queue first, or add "messages: ${known}" to the approval`,
            },
        };
    }
    return isExact
        ? { isEnough: true }
        : {
              isEnough: true,
              problem: {
                  kind: "note",
                  text: `approval of "${id}": the number of messages that would be lost now is unknown`,
              },
          };
}

function lostMessagesText(live: BlastRadius | undefined): string {
    const total = live === undefined ? 0 : totalLostMessages(live);
    return total === 0 ? "" : `; ${counted(total, "message")} would be lost now`;
}

/** One approval covers a whole removed stack, so its entry gets the queues of all deletions. */
function withRemoval(live: BlastRadius, { stack, state }: ReviewedStack): BlastRadius {
    if (state !== "removed") {
        return live;
    }
    const deleted = [...live.changes.values()].flat().filter(({ impacts }) => impacts.includes("deleted"));
    const queues = [...new Map(deleted.map((each) => [objectKey(each), each])).values()];
    return { ...live, changes: new Map([...live.changes, [`delete stack ${stack}`, queues]]) };
}

/** A broker without any of the queues is most likely the wrong one, and its zeros would be misleading. */
function wrongBrokerProblem({ broker, changes, isSide }: BlastRadius): readonly ReportProblem[] {
    const queues = [...changes.values()].flat();
    return isSide !== true && queues.length > 0 && queues.every(({ exists }) => !exists)
        ? [
              {
                  kind: "finding",
                  text: `broker "${broker}": it has none of the queues that the change affects; check that it is the broker of this stack`,
              },
          ]
        : [];
}
