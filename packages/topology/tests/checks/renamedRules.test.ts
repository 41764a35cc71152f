import { describe, expect, it } from "vitest";
import { rules } from "../../src/checks/index.ts";
import { currentRuleId, oldRuleId } from "../../src/checks/renamedRules.ts";
import { accept, parseBaseline } from "../../src/checks/report/baseline.ts";
import { toSarif } from "../../src/checks/report/sarif.ts";

const renamed = rules.flatMap(({ id }) => {
    const old = oldRuleId(id);
    return old === undefined ? [] : [{ old, id }];
});

describe("a rule that was renamed", () => {
    it("is one of forty, and no old id is in use again", () => {
        expect(renamed).toHaveLength(40);
        expect(new Set(renamed.map(({ old }) => old)).size).toBe(40);
        expect(renamed.filter(({ old }) => rules.some(({ id }) => id === old))).toEqual([]);
    });

    it.each(renamed)("is accepted in a baseline as $old, with a notice that names $id", ({ old, id }) => {
        const baseline = parseBaseline(
            `accepted:\n  - { rule: ${old}, place: p, reason: r }\n`,
            "baseline.yaml",
        );
        const finding = { rule: id, severity: "error", place: "p", message: "m", fix: "f" } as const;
        const reported = accept([finding], baseline, { today: "2026-11-29", whole: true }, () => undefined);
        expect(reported.map((each) => [each.finding, each.accepted])).toEqual([
            [{ ...finding, severity: "note" }, "r"],
            [
                {
                    rule: "renamedRule",
                    severity: "note",
                    place: `accepted ${old} at p`,
                    message: `uses the old id of rule "${id}"`,
                    fix: `write "rule: ${id}"`,
                },
                undefined,
            ],
        ]);
    });

    it("has its old id in SARIF, so that earlier results are matched", () => {
        const described = toSarif([], rules).runs[0]?.tool.driver.rules ?? [];
        expect(
            described.flatMap(({ id, deprecatedIds }) =>
                deprecatedIds === undefined ? [] : [{ old: deprecatedIds[0], id }],
            ),
        ).toEqual(renamed);
    });

    it("leaves other ids as they are", () => {
        expect(currentRuleId("unboundedQueue")).toBe("unboundedQueue");
        expect(oldRuleId("unboundedQueue")).toBeUndefined();
    });
});
