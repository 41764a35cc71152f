import { worstOf } from "../../change.js";
import { dyingOf } from "../../live/blastRadius.js";
import type { Report, StackReport } from "../../report.js";
import { redactedReport } from "./redactedReport.js";

/**
 * The report as data for machines: lists in total order, each entry with its stack. A field that is not there is not known, or does not
 * apply. `live` and `engine` hold what was asked; without a broker or a preview they are empty.
 */
export function reportJson(report: Report): object {
    const { stacks, problems, provenance, outcome } = redactedReport(report);
    const of = (listOf: (stack: StackReport) => readonly object[]): readonly object[] =>
        stacks.flatMap((each) => listOf(each).map((item) => ({ stack: each.stack, ...item })));
    const verdicts = stacks.map(({ review }) => review.verdict);
    return {
        verdict: {
            line: verdicts.map(({ line }) => line).join(" · "),
            consequence: worstOf(verdicts.map(({ consequence }) => consequence)),
            needsApproval: verdicts.some(({ needsApproval }) => needsApproval),
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
        engine: of(({ engine }) => (engine === undefined ? [] : [engine])),
        problems: [...problems, ...of((each) => each.problems)],
        provenance,
        exitCode: outcome.exitCode,
        stacks: stacks.map(({ stack, state, review, hashes }) => ({
            stack,
            state,
            verdict: review.verdict,
            hashes,
        })),
    };
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
