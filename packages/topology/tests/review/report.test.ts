import { expect, it } from "vitest";
import { outcomeOf, type ProblemKind, type StackReport } from "../../src/review/report/report.ts";
import { review } from "../../src/review/report/review.ts";
import { spot } from "./edits.ts";

function stackReport(unapproved: readonly string[], ...kinds: readonly ProblemKind[]): StackReport {
    return {
        stack: "dev",
        state: "compared",
        before: spot,
        after: spot,
        review: review("dev", spot, spot),
        approved: [],
        unapproved,
        problems: kinds.map((kind) => ({ kind, text: kind })),
        hashes: {},
    };
}

const change = "delete queue spot/result-processor";

it.each<{
    readonly exitCode: number;
    readonly of: string;
    readonly stacks: readonly StackReport[];
    readonly general?: ProblemKind;
}>([
    { exitCode: 0, of: "no stack at all", stacks: [] },
    { exitCode: 0, of: "a stack with nothing to approve", stacks: [stackReport([])] },
    { exitCode: 0, of: "notes", stacks: [stackReport([], "note")], general: "note" },
    {
        exitCode: 1,
        of: "one of two stacks with an unapproved change",
        stacks: [stackReport([]), stackReport([change])],
    },
    { exitCode: 1, of: "a finding", stacks: [stackReport([], "finding")] },
    {
        exitCode: 3,
        of: "an unreachable broker, with any other findings",
        stacks: [stackReport([change], "unreachable")],
    },
    {
        exitCode: 2,
        of: "unreadable input, with any other findings",
        stacks: [stackReport([change], "unreachable")],
        general: "unreadable",
    },
])("ends with $exitCode for $of", ({ exitCode, stacks, general }) => {
    const problems = general === undefined ? [] : [{ kind: general, text: general }];
    expect(outcomeOf({ stacks, unread: [], problems }).exitCode).toBe(exitCode);
});

it("ends with 2 where a stack cannot be read, whosever fault it is", () => {
    const unread = [{ stack: "prod", problems: [] }];
    expect(outcomeOf({ stacks: [stackReport([])], unread, problems: [] }).exitCode).toBe(2);
});
