import { describe, expect, it } from "vitest";
import { found } from "../../../../tests/unit/found.ts";
import { enginePreview } from "../../src/review/engine/enginePreview.ts";
import { readPreview } from "../../src/review/engine/readPreview.ts";
import { type BlastRadius, blastRadius } from "../../src/review/live/blastRadius.ts";
import { buildReport } from "../../src/review/report/buildReport.ts";
import type { StackEvidence } from "../../src/review/report/evidence.ts";
import type { ApprovedChange, Report } from "../../src/review/report/report.ts";
import { review } from "../../src/review/report/review.ts";
import type { ReviewedStack } from "../../src/review/report/reviewedStack.ts";
import { editQueue } from "../checks/edits.ts";
import { spot } from "./edits.ts";
import { fixture } from "./engine/fixture.ts";

const id = "replace queue spot/result-processor";
const after = editQueue("result-processor", { type: "classic" })(spot);
const compared = review("dev", spot, after);

const reviewed: ReviewedStack = {
    stack: "dev",
    state: "compared",
    before: spot,
    after,
    review: compared,
    problems: [],
    hashes: {},
};

function reportWith(
    approved: readonly ApprovedChange[],
    evidence: Readonly<Record<string, StackEvidence>>,
    stack: ReviewedStack = reviewed,
): Report {
    return buildReport({
        stacks: [stack],
        unread: [],
        evidence: { stacks: new Map(Object.entries(evidence)), problems: [] },
        approvals: {
            file: "topology/approvals.yaml",
            entries: approved.map(({ id: change, ...rest }, index) => ({ ...rest, change, line: index + 1 })),
        },
        approvalUse: { today: "2026-11-24", earlier: [], whole: true },
        problems: [],
        provenance: { base: { name: "a" }, head: { name: "b" }, tool: "t", command: "c" },
        secrets: [],
    });
}

function live(numbers: { readonly ready?: number } | undefined): BlastRadius {
    const queues =
        numbers === undefined
            ? []
            : [{ vhost: "spot", name: "result-processor", unacknowledged: 0, ...numbers }];
    return blastRadius(compared, spot, { broker: "https://rabbit.example.com", queues, now: 0 });
}

function approval(messages?: number): ApprovedChange {
    return { id, reason: "empty", ...(messages !== undefined && { messages }) };
}

describe("an approval, when a broker is queried", () => {
    it.each<{
        readonly what: string;
        readonly approved: readonly ApprovedChange[];
        readonly numbers: { readonly ready?: number } | undefined;
        readonly exitCode: number;
        readonly problem?: string;
        readonly line: string;
    }>([
        {
            what: "holds for an empty queue",
            approved: [approval()],
            numbers: { ready: 0 },
            exitCode: 0,
            line: "",
        },
        {
            what: "covers no message by itself",
            approved: [approval()],
            numbers: { ready: 40_000 },
            exitCode: 1,
            problem: `finding approval of "${id}": it covers no messages, but 40,000 messages would be lost now; let consumers empty the queue first, or add "messages: 40000" to the approval`,
            line: "; 40,000 messages would be lost now",
        },
        {
            what: "covers as many as it says",
            approved: [approval(40_000)],
            numbers: { ready: 40_000 },
            exitCode: 0,
            line: "; 40,000 messages would be lost now",
        },
        {
            what: "does not cover one more",
            approved: [approval(1)],
            numbers: { ready: 2 },
            exitCode: 1,
            problem: `finding approval of "${id}": it covers 1 message, but 2 messages would be lost now; let consumers empty the queue first, or add "messages: 2" to the approval`,
            line: "; 2 messages would be lost now",
        },
        {
            what: "is valid if the number is unknown, which is reported",
            approved: [approval()],
            numbers: {},
            exitCode: 0,
            problem: `note approval of "${id}": the number of messages that would be lost now is unknown`,
            line: "",
        },
        {
            what: "does not hold for a broker that has none of the queues",
            approved: [approval()],
            numbers: undefined,
            exitCode: 1,
            problem:
                'finding broker "https://rabbit.example.com": it has none of the queues that the change affects; check that it is the broker of this stack',
            line: "",
        },
        {
            what: "is still missing if there is none",
            approved: [],
            numbers: { ready: 1 },
            exitCode: 1,
            line: "; 1 message would be lost now",
        },
    ])("$what", ({ approved, numbers, exitCode, problem, line }) => {
        const report = reportWith(approved, { dev: { live: live(numbers), problems: [] } });
        const stack = found(report.stacks[0], "the stack");
        expect(report.outcome.exitCode).toBe(exitCode);
        expect(stack.problems.map((each) => `${each.kind} ${each.text}`)).toEqual(
            problem === undefined ? [] : [problem],
        );
        expect(stack.review.verdict.line).toBe(`${compared.verdict.line}${line}`);
        const isHeld = approved.length > 0 && !(problem?.startsWith("finding approval") ?? false);
        expect([stack.approved.length, stack.unapproved]).toEqual(isHeld ? [1, []] : [0, [id]]);
    });

    it("covers a stack that goes as a whole", () => {
        const whole = "delete stack dev";
        const verdict = { ...compared.verdict, toApprove: [whole] };
        const removed = { ...reviewed, state: "removed", review: { ...compared, verdict } } as const;
        const evidence = { dev: { live: live({ ready: 3 }), problems: [] } };
        const report = reportWith([{ id: whole, reason: "r" }], evidence, removed);
        expect(report.stacks[0]?.unapproved).toEqual([whole]);
        expect(report.outcome.exitCode).toBe(1);
    });
});

it("takes problems of brokers and previews for the outcome, and leaves other stacks alone", () => {
    const approved = [approval()];
    const unreachable = { problems: [{ kind: "unreachable", text: "broker" }] } as const;
    expect(reportWith(approved, { dev: unreachable }).outcome.exitCode).toBe(3);
    expect(reportWith(approved, { prod: unreachable })).toEqual(reportWith(approved, {}));
    const preview = readPreview(fixture("failed.events.ndjson"), "p");
    const engine = enginePreview("p", preview, { changes: compared.changes, after });
    const report = reportWith(approved, { dev: { engine, problems: [] } });
    expect(report.outcome.exitCode).toBe(1);
    expect(report.stacks[0]?.engine).toBe(engine);
});

it("keeps secrets out of every problem", () => {
    const problems = [{ kind: "note", text: "amqps://admin:hunter2@rabbit, and hunter2 by itself" }] as const;
    const report = buildReport({
        stacks: [{ ...reviewed, problems }],
        unread: [{ stack: "prod", problems }],
        evidence: { stacks: new Map([["dev", { problems }]]), problems },
        approvals: { file: "", entries: [] },
        approvalUse: { today: "2026-11-24", earlier: [], whole: true },
        problems,
        provenance: { base: { name: "a" }, head: { name: "b" }, tool: "t", command: "c" },
        secrets: ["hunter2"],
    });
    const texts = [report, ...report.unread, ...report.stacks].flatMap((each) => each.problems);
    expect(texts).toHaveLength(5);
    expect(texts.filter(({ text }) => text.includes("hunter2"))).toEqual([]);
});
