import { consequences, worstOf } from "../../review/compare/change.ts";
import { dyingOf } from "../../review/live/blastRadius.ts";
import type { Report, StackReport } from "../../review/report/report.ts";
import { redactedReport } from "./redactedReport.ts";
import { headlines } from "./reviewStatus.ts";

/**
 * The report as data for machines: lists in total order, each entry with its stack. A field that is not there is not known, or does not
 * apply: where a stack cannot be read, the verdict has no `consequence`, for it may be any. `live` and `engine` hold what was asked;
 * without a broker or a preview they are empty.
 */
export function reportJson(report: Report): object {
    const shown = redactedReport(report);
    const { stacks, unread, problems, provenance, outcome } = shown;
    const of = (listOf: (stack: StackReport) => readonly object[]): readonly object[] =>
        stacks.flatMap((each) => withStack(each.stack, listOf(each)));
    const verdicts = stacks.map(({ review }) => review.verdict);
    const consequence = worstOf(verdicts.map((each) => each.consequence));
    const needsApproval = verdicts.some((each) => each.needsApproval);
    // Of a stack that cannot be read nobody knows it, unless it cannot be worse than another's.
    const isKnown = unread.length === 0 && stacks.length > 0;
    return {
        verdict: {
            line: headlines(shown)
                .map(({ text, remarks }) => [text, ...remarks].join("; "))
                .join(" · "),
            ...((isKnown || consequence === consequences.at(-1)) && { consequence }),
            ...((isKnown || needsApproval) && { needsApproval }),
            toApprove: [...new Set(verdicts.flatMap(({ toApprove }) => toApprove))],
        },
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

/** Of what the engine would do beside the change, the changes. */
function engineEntries({ engine }: StackReport): readonly object[] {
    if (engine === undefined) {
        return [];
    }
    const { unreviewed, ...rest } = engine;
    return [{ ...rest, ...(unreviewed !== undefined && { unreviewed: unreviewed.review.changes }) }];
}

/** By change, in the order in which the broker was asked about them. */
function liveEntries({ live }: StackReport): readonly object[] {
    return live === undefined
        ? []
        : [...live.changes].map(([id, queues]) => {
              const { known, isExact } = dyingOf(queues);
              return { id, broker: live.broker, dying: known, isExact, queues };
          });
}
