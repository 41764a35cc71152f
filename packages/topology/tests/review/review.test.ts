import { describe, expect, it } from "vitest";
import { consequences } from "../../src/review/compare/change.ts";
import { review } from "../../src/review/report/review.ts";
import { destructiveEdits } from "./destructiveEdits.ts";
import { harmlessEdits } from "./harmlessEdits.ts";

/** What the consequences are worth is proved on a broker, for a sample, in tests/broker/review.test.ts. */
describe("the review of an edit that costs something", () => {
    it.each(destructiveEdits)("reports that an edit $name", ({ before, after, consequence, line }) => {
        const { verdict } = review("dev", before, after);
        expect(verdict).toMatchObject({ line, consequence });
    });

    it.each(destructiveEdits)(
        "asks for approval, or says that nothing is lost: $name",
        ({ before, after }) => {
            const { verdict } = review("dev", before, after);
            const destroys = consequences.indexOf(verdict.consequence) >= consequences.indexOf("dropped");
            expect(verdict.needsApproval).toBe(!verdict.line.endsWith("nothing is lost"));
            expect(verdict.needsApproval || !destroys).toBe(true);
            expect(verdict.toApprove.length > 0).toBe(verdict.needsApproval);
        },
    );

    it.each(destructiveEdits)("names a rule, its source and a way out: $name", ({ before, after }) => {
        for (const { consequence, reason, safeWay } of review("dev", before, after).changes) {
            expect(reason.source).toMatch(/^https:\/\//u);
            expect(reason.rule).toMatch(/^[a-zA-Z ]+\.[a-zA-Z]+$/u);
            if (consequence === "dropped" || consequence === "lost") {
                expect(safeWay).toMatch(/\.$/u);
            }
        }
    });

    it.each(destructiveEdits)(
        "asks for one approval at most, as one statement changes: $name",
        ({ before, after }) => {
            expect(review("dev", before, after).verdict.toApprove.length).toBeLessThanOrEqual(1);
        },
    );

    it.each(destructiveEdits)("has each difference in one cause: $name", ({ before, after }) => {
        const { causes, changes, routing, permissions, contract } = review("dev", before, after);
        const ids = [...changes, ...routing, ...permissions, ...contract].map(({ id }) => id);
        expect(causes.flatMap(({ members }) => members).sort()).toEqual(ids.sort());
        for (const { covers, members } of causes) {
            expect(members).toEqual(expect.arrayContaining([...covers]));
        }
    });

    it("is not alone: many kinds of edits are tried", () => {
        expect(destructiveEdits.length).toBeGreaterThanOrEqual(60);
        expect(new Set(destructiveEdits.map(({ name }) => name)).size).toBe(destructiveEdits.length);
    });
});

describe("the review of a harmless edit", () => {
    it.each(harmlessEdits)("blocks nothing: $name", ({ before, after, consequence, line }) => {
        const { verdict } = review("dev", before, after);
        expect(verdict).toEqual({ line, consequence, needsApproval: false, toApprove: [] });
    });

    it("is not alone: many kinds of edits are tried", () => {
        expect(harmlessEdits.length).toBeGreaterThanOrEqual(65);
        expect(new Set(harmlessEdits.map(({ name }) => name)).size).toBe(harmlessEdits.length);
    });
});
