import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { changeRules } from "../../../src/checks/changes/index.js";
import { rules } from "../../../src/checks/index.js";
import { invariants, provedElsewhere, rulesDocument } from "./rulesDocument.js";

const filesOf = (folder: string): readonly string[] =>
    readdirSync(new URL(`../../../src/checks/${folder}/`, import.meta.url))
        .filter((name) => name !== "index.ts")
        .map((name) => name.replace(/\.ts$/, ""))
        .sort();

describe("rules", () => {
    it("are listed in order, each under the name of its file, none forgotten", () => {
        expect(rules.map(({ id }) => id)).toEqual(filesOf("rules"));
        expect(changeRules.map(({ id }) => id)).toEqual(filesOf("changes"));
    });

    it.each([...rules, ...changeRules].map((rule) => [rule.id, rule] as const))(
        "%s says in whole sentences why and how, and where it is written down",
        (_, { reason, fix, source, invariants: numbers }) => {
            expect(reason).toMatch(/^[A-Z].*\.$/);
            expect(fix).toMatch(/^[A-Z].*\.$/);
            expect(source).toMatch(/^https:\/\//);
            expect(numbers.length).toBeGreaterThan(0);
        },
    );

    it("prove, with the tests of the program, every invariant", () => {
        const proved = new Set([
            ...[...rules, ...changeRules].flatMap((rule) => rule.invariants),
            ...Object.keys(provedElsewhere).map(Number),
        ]);
        expect([...proved].sort((a, b) => a - b)).toEqual(invariants.map((_, index) => index + 1));
    });

    it("are described in docs/rules.md", async () => {
        await expect(rulesDocument(rules, changeRules)).toMatchFileSnapshot("../../../docs/rules.md");
    });
});
