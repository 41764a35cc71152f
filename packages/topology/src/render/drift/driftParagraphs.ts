import { type DriftReport, driftCount } from "../../drift/drift.ts";
import type { Repair } from "../../drift/repair.ts";
import { partsOf } from "../../review/causes/causes.ts";
import type { StackReport } from "../../review/report/report.ts";
import { fearWords } from "../../review/report/verdict.ts";
import { redactValue } from "../../text/redaction.ts";
import { counted } from "../../text/units.ts";
import type { DiffLine } from "../report/causes/differences.ts";
import { reportedCauses } from "../report/causes/reportedCause.ts";
import { redactedReport } from "../report/redactedReport.ts";

/** One difference between a broker and its declaration, with everything that follows from it. */
export interface DriftParagraph {
    readonly id: string;
    readonly title: string;
    /** What it does to messages: `messages are lost`. Empty: nothing. */
    readonly outcome: string;
    readonly reasons: readonly string[];
    /** `-`: declared and not on the broker; `+`: on the broker and not declared. */
    readonly differences: readonly DiffLine[];
    readonly repairs: readonly Repair[];
}

/** The paragraphs of a report, what a person fears most first. */
export function driftParagraphs(report: DriftReport): readonly DriftParagraph[] {
    const { review, repairs, findings } = report;
    const { stacks } = redactedReport({
        stacks: [stackOf(report)],
        unread: [],
        problems: [],
        provenance: { base: { name: "" }, head: { name: "" }, tool: "", command: "" },
        outcome: { exitCode: 0 },
    });
    const causes = new Map(review.causes.map((each) => [each.id, each]));
    return [
        ...reportedCauses({ stacks }).map((each) => {
            const cause = causes.get(each.id);
            const changes = cause === undefined ? [] : partsOf(cause, review).changes;
            return {
                id: each.id,
                title: each.title,
                outcome: each.outcome,
                reasons: [
                    // A rule explains what the provider does to an object, which Pulumi did not do here.
                    ...each.reasons.filter(({ rule }) => rule === undefined).map(({ text }) => text),
                    ...each.routes,
                ],
                differences: each.differences,
                repairs: distinct(changes.flatMap(({ id }) => repairs.get(id) ?? [])),
            };
        }),
        ...findings.map(({ id, text, repair }) =>
            redactValue({
                id,
                title: text,
                outcome: "",
                reasons: [],
                differences: [],
                repairs: [repair],
            }),
        ),
    ];
}

/** The report of a review, whose parts a drift has too. */
function stackOf({ stack, before, after, review }: DriftReport): StackReport {
    return {
        stack,
        state: "compared",
        before,
        after,
        review,
        approved: [],
        unapproved: [],
        problems: [],
        hashes: {},
    };
}

/** How many repairs of one paragraph are shown. */
const repairsShown = 4;

function distinct(repairs: readonly Repair[]): readonly Repair[] {
    const all = [...new Map(repairs.map((each) => [each.text, each])).values()];
    const rest = all.length - repairsShown;
    return rest <= 0
        ? all
        : [
              ...all.slice(0, repairsShown),
              { by: "hand", text: `and ${counted(rest, "more repair", "more repairs")}, in --json` },
          ];
}

/** How many objects the line names. */
const maxNames = 2;

/** The result in one line: `dev: 2 differences, messages are lost: queue "a" is deleted`. */
export function driftLine(report: DriftReport): string {
    const { stack, broker, review, unseen } = report;
    const count = driftCount(report);
    const subjects = new Map<string, string[]>();
    for (const { fear, subject } of review.causes) {
        if (fear !== "none") {
            subjects.set(fearWords[fear], [...(subjects.get(fearWords[fear]) ?? []), subject]);
        }
    }
    const parts = [...subjects].map(([words, all]) => {
        const rest = all.length - maxNames;
        return `${words}: ${all.slice(0, maxNames).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    });
    const result =
        count === 0
            ? `no difference between the declaration and broker "${broker.endpoint}"`
            : [
                  `${counted(count, "difference")} between the declaration and broker "${broker.endpoint}"`,
                  ...parts,
              ].join("; ");
    return `${stack}: ${result}${unseen.length === 0 ? "" : `; ${counted(unseen.length, "part")} could not be compared`}`;
}
