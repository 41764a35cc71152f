import { consequences, worstOf } from "../../review/compare/change.ts";
import { lostMessagesOf } from "../../review/live/blastRadius.ts";
import type { LiveQueue } from "../../review/live/impact.ts";
import type { Report, StackReport } from "../../review/report/report.ts";
import { redactedReport } from "./redactedReport.ts";
import { verdictLine } from "./reviewStatus.ts";

/**
 * The report as JSON: lists in total order, each entry with its stack. A missing field is unknown or does not apply: if a stack cannot be read,
 * the verdict has no `consequence`. Without a broker `live` is empty, without a preview `engine`.
 */
export function reportJson(report: Report): object {
    const shown = redactedReport(report);
    const { stacks, unread, problems, provenance, outcome } = shown;
    const of = (listOf: (stack: StackReport) => readonly object[]): readonly object[] =>
        stacks.flatMap((each) => withStack(each.stack, listOf(each)));
    const verdicts = stacks.map(({ review }) => review.verdict);
    const consequence = worstOf(verdicts.map((each) => each.consequence));
    const needsApproval = verdicts.some((each) => each.needsApproval);
    // Unknown if a stack is unreadable, unless the known part is the worst already.
    const isKnown = unread.length === 0 && stacks.length > 0;
    return {
        verdict: {
            line: verdictLine(shown),
            ...((isKnown || consequence === consequences.at(-1)) && { consequence }),
            ...((isKnown || needsApproval) && { needsApproval }),
            toApprove: [...new Set(verdicts.flatMap(({ toApprove }) => toApprove))],
        },
        causes: of(({ review }) => review.causes),
        changes: of(({ review }) => review.changes),
        routing: of(({ review }) => review.routing),
        settings: of(({ review }) => review.settings),
        permissions: of(({ review }) => review.permissions),
        contract: of(({ review }) => review.contract),
        approved: of(({ approved }) => approved),
        unapproved: of(({ unapproved }) => unapproved.map((id) => ({ id }))),
        live: of(liveEntries),
        engine: of(engineEntries),
        problems: [
            ...problems,
            ...unread.flatMap((each) => withStack(each.stack, each.problems)),
            ...of((each) => each.problems),
        ],
        provenance,
        exitCode: outcome.exitCode,
        stacks: [
            ...unread.map(({ stack }) => ({ stack, state: "unread" })),
            ...stacks.map(({ stack, state, review, hashes }) => ({
                stack,
                state,
                verdict: review.verdict,
                hashes,
            })),
        ],
    };
}

function withStack(stack: string, items: readonly object[]): readonly object[] {
    return items.map((item) => ({ stack, ...item }));
}

/** The engine's preview, with the changes that only the engine would make. */
function engineEntries({ engine }: StackReport): readonly object[] {
    if (engine === undefined) {
        return [];
    }
    const { unreviewed, ...rest } = engine;
    return [{ ...rest, ...(unreviewed !== undefined && { unreviewed: unreviewed.review.changes }) }];
}

/** The numbers of the live broker, by change. */
function liveEntries({ live }: StackReport): readonly object[] {
    return live === undefined
        ? []
        : [...live.changes].map(([id, queues]) => {
              const { known, isExact } = lostMessagesOf(queues);
              return { id, broker: live.broker, dying: known, isExact, queues: queues.map(queueEntry) };
          });
}

/** `hits` and `dying` keep their names in the JSON, because other programs read them. */
function queueEntry({ impacts, exists, lostMessages, text, ...numbers }: LiveQueue): object {
    return {
        ...numbers,
        hits: impacts,
        exists,
        ...(lostMessages !== undefined && { dying: lostMessages }),
        text,
    };
}
