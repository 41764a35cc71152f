import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { invariantTests } from "../../../../tests/unit/invariants.ts";
import { rules } from "../../src/checks/index.ts";
import { type InvariantId, invariants } from "../../src/checks/invariants.ts";
import { effectRules } from "../../src/review/changeRules/effectRules.ts";
import { kindRules } from "../../src/review/changeRules/index.ts";
import { resourceRules } from "../../src/review/changeRules/resource.ts";
import { contractRules } from "../../src/review/compare/contract/contractRule.ts";
import { rulesDocument } from "./rulesDocument.ts";

const root = new URL("../../../../", import.meta.url);
const files = readdirSync(new URL("packages/topology/src/checks/rules/", root))
    .map((name) => name.replace(/\.ts$/, ""))
    .sort();
const changeRules = [...effectRules, ...Object.values(contractRules)];

const provedBy = (
    described: readonly { readonly invariants: readonly InvariantId[] }[],
): ReadonlySet<string> => new Set(described.flatMap((rule) => rule.invariants));
const idsWith = (proof: "topology" | "change"): readonly string[] =>
    Object.entries(invariants).flatMap(([id, each]) => (each.proof === proof ? [id] : []));

describe("rules", () => {
    it("are listed in order, each under the name of its file, none forgotten", () => {
        expect(rules.map(({ id }) => id)).toEqual(files);
    });

    it.each(rules.map((rule) => [rule.id, rule] as const))(
        "%s says in whole sentences why and how, and where it is written down",
        (_, { reason, fix, source, invariants: proved }) => {
            expect(reason).toMatch(/^[A-Z].*\.$/);
            expect(fix).toMatch(/^[A-Z].*\.$/);
            expect(source).toMatch(/^https:\/\//);
            expect(proved.length).toBeGreaterThan(0);
        },
    );

    it("prove every invariant of a change by the review", () => {
        expect(idsWith("change")).toHaveLength(4);
        expect(idsWith("change").filter((id) => !provedBy(changeRules).has(id))).toEqual([]);
    });

    it("prove every invariant of one topology by a check", () => {
        expect(idsWith("topology")).toHaveLength(31);
        expect(idsWith("topology").filter((id) => !provedBy(rules).has(id))).toEqual([]);
    });

    it.each(Object.entries(invariantTests))("leave %s to tests", (_, tests) => {
        expect(tests.length).toBeGreaterThan(0);
    });

    it.each(Object.values(invariantTests).flat())("rely on $file, $title", ({ file, title }) => {
        expect(readFileSync(new URL(file, root), "utf8")).toContain(title);
    });

    it("are described in docs/reference/rules.md", async () => {
        const described = {
            checks: rules,
            effects: [...effectRules, ...Object.values(resourceRules)],
            contracts: contractRules,
            kinds: kindRules,
        };
        await expect(rulesDocument(described)).toMatchFileSnapshot("../../../../docs/reference/rules.md");
    });
});
