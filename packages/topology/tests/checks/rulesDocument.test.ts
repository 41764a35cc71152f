import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { invariants, provedElsewhere } from "../../../../tests/unit/invariants.ts";
import { rules } from "../../src/checks/index.ts";
import { effectRules } from "../../src/review/changeRules/effectRules.ts";
import { kindRules } from "../../src/review/changeRules/index.ts";
import { contractRules } from "../../src/review/compare/contractRule.ts";
import { rulesDocument } from "./rulesDocument.ts";

const root = new URL("../../../../", import.meta.url);
const files = readdirSync(new URL("packages/topology/src/checks/rules/", root))
    .map((name) => name.replace(/\.ts$/, ""))
    .sort();
const changeRules = [...effectRules, ...Object.values(contractRules)];

/** The numbers of the invariants that are shown by it. */
const shownBy = (proof: (typeof invariants)[number]["proof"]): readonly number[] =>
    invariants.flatMap((each, index) => (each.proof === proof ? [index + 1] : []));
const named = (described: readonly { readonly invariants: readonly number[] }[]): ReadonlySet<number> =>
    new Set(described.flatMap((rule) => rule.invariants));
const elsewhere = new Set(Object.keys(provedElsewhere).map(Number));

describe("rules", () => {
    it("are listed in order, each under the name of its file, none forgotten", () => {
        expect(rules.map(({ id }) => id)).toEqual(files);
    });

    it.each(rules.map((rule) => [rule.id, rule] as const))(
        "%s says in whole sentences why and how, and where it is written down",
        (_, { reason, fix, source, invariants: numbers }) => {
            expect(reason).toMatch(/^[A-Z].*\.$/);
            expect(fix).toMatch(/^[A-Z].*\.$/);
            expect(source).toMatch(/^https:\/\//);
            expect(numbers.length).toBeGreaterThan(0);
        },
    );

    it("name only invariants that there are", () => {
        const numbers = [...named([...rules, ...changeRules]), ...elsewhere];
        expect(numbers.filter((each) => invariants[each - 1] === undefined)).toEqual([]);
    });

    it("prove every invariant of two topologies by the review", () => {
        expect(shownBy("change")).toEqual([1, 31, 32, 34]);
        expect(shownBy("change").filter((each) => !named(changeRules).has(each))).toEqual([]);
    });

    it("prove every invariant of one topology by a check, or name the test that does", () => {
        const checked = named(rules);
        expect(shownBy("topology").filter((each) => !checked.has(each))).toEqual([2, 27, 33, 39, 41, 42]);
        const proved = new Set([...checked, ...elsewhere]);
        expect(shownBy("topology").filter((each) => !proved.has(each))).toEqual([]);
    });

    it("leave to manifests and brokers only what a test proves there", () => {
        const rest = [...shownBy("manifests"), ...shownBy("broker")];
        expect(rest.filter((each) => !elsewhere.has(each))).toEqual([]);
    });

    it.each(Object.values(provedElsewhere).flat())("rely on $file, $title", ({ file, title }) => {
        expect(readFileSync(new URL(file, root), "utf8")).toContain(title);
    });

    it("are described in docs/rules.md", async () => {
        const described = { checks: rules, effects: effectRules, contracts: contractRules, kinds: kindRules };
        await expect(rulesDocument(described)).toMatchFileSnapshot("../../../../docs/rules.md");
    });
});
