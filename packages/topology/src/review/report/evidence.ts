import { objectKey } from "../../model/index.ts";
import { counted } from "../../text/units.ts";
import type { EnginePreview } from "../engine/enginePreview.ts";
import { previewProblems } from "../engine/enginePreview.ts";
import { type BlastRadius, dyingOf, dyingTotal } from "../live/blastRadius.ts";
import type { LiveQueue } from "../live/impact.ts";
import {
    type ApprovedChange,
    outcomeOf,
    type Report,
    type ReportProblem,
    type StackReport,
} from "./report.ts";

/** What others than the two topologies say of a stack. */
export interface StackEvidence {
    readonly live?: BlastRadius;
    readonly engine?: EnginePreview;
    readonly problems: readonly ReportProblem[];
}

/**
 * Adds evidence to a report, and judges it again.
 *
 * An approval accepts a kind of loss, and was most likely given for queues that are empty by the time of the deployment: that is what the safe
 * ways lead to. Messages that lie there now are another matter. So an approval covers as many of them as it says (`messages`), none where
 * it says nothing; with more, the change counts as not approved, and the report says both numbers. What nobody can count does not take an
 * approval away; it is told.
 */
export function withEvidence(report: Report, evidence: ReadonlyMap<string, StackEvidence>): Report {
    const stacks = report.stacks.map((stack) => {
        const own = evidence.get(stack.stack);
        return own === undefined ? stack : judged(stack, own);
    });
    return { ...report, stacks, outcome: outcomeOf({ ...report, stacks }) };
}

function judged(stack: StackReport, { live: told, engine, problems }: StackEvidence): StackReport {
    const live = told === undefined ? undefined : withRemoval(told, stack);
    const covered = new Map(
        stack.approved.map((each) => [each.id, coverage(each, live?.changes.get(each.id) ?? [])]),
    );
    const isCovered = ({ id }: ApprovedChange): boolean => covered.get(id)?.isEnough ?? true;
    const approved = stack.approved.filter(isCovered);
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
            ...(live === undefined ? [] : strangerProblem(live)),
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

/** A stack that goes is agreed to as one; its queues are those of its deletions. */
function withRemoval(live: BlastRadius, { stack, state }: StackReport): BlastRadius {
    if (state !== "removed") {
        return live;
    }
    const deleted = [...live.changes.values()].flat().filter(({ hits }) => hits.includes("deleted"));
    const queues = [...new Map(deleted.map((each) => [objectKey(each), each])).values()];
    return { ...live, changes: new Map([...live.changes, [`delete stack ${stack}`, queues]]) };
}

/** A broker that has none of the queues is most likely another one than was meant, and its zeros would be believed. */
function strangerProblem({ broker, changes }: BlastRadius): readonly ReportProblem[] {
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
