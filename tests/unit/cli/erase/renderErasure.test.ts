import { expect, it } from "vitest";
import { countRecords } from "../../../../src/cli/erase/heldRecords.ts";
import { isErased, renderErasure } from "../../../../src/cli/erase/renderErasure.ts";

const scope = { id: "a-1" };
const nothing = { gateway: 0, "analyzer-orchestrator": 0, "result-processor": 0, notifier: 0 };
const parked = [
    { queue: "analyzer.links.dlq", matching: 1, others: 7, unreadable: 2 },
    { queue: "unrouted", matching: 0, others: 0, unreadable: 0 },
];

it("shows what was removed and what remains", () => {
    const before = { ...nothing, gateway: 1, notifier: 2 };
    const text = renderErasure({ scope, dryRun: false, before, after: nothing, parked });
    expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
        'erased analysis "a-1"',
        "",
        "service                records before  records now",
        "gateway                             1            0",
        "analyzer-orchestrator               0            0",
        "result-processor                    0            0",
        "notifier                            2            0",
        "",
        "dead letters in     removed  others  of them without id or time",
        "analyzer.links.dlq        1       7                           2",
    ]);
});

it("says that something is left, and that a dry run removes nothing", () => {
    const left = { ...nothing, notifier: 1 };
    expect(isErased({ after: left, dryRun: false })).toBe(false);
    expect(renderErasure({ scope, dryRun: false, before: left, after: left, parked: [] })).toMatch(
        /no dead letters\n\nnot everything is erased yet; run the command again$/,
    );
    expect(isErased({ after: left, dryRun: true })).toBe(true);
    expect(renderErasure({ scope, dryRun: true, before: left, after: left, parked })).toContain(
        "would be removed",
    );
});

it("counts the records of one analysis, or those before a time", () => {
    const at = Date.parse("2026-05-04T12:00:00Z") / 1_000;
    const base = {
        service: "analyzer-orchestrator",
        state: "completed",
        deadlineAt: at,
        published: true,
    } as const;
    const records = {
        submissions: [],
        analyses: [
            { ...base, id: "a-1", at },
            { ...base, id: "a-2", at: at - 10 },
        ],
        results: [],
        notifications: [],
    };
    expect(countRecords(records, scope)).toEqual({ ...nothing, "analyzer-orchestrator": 1 });
    expect(countRecords(records, { before: new Date(at * 1_000) })).toEqual({
        ...nothing,
        "analyzer-orchestrator": 1,
    });
    expect(countRecords(records, { before: new Date(at * 1_000 + 1) })["analyzer-orchestrator"]).toBe(2);
});
