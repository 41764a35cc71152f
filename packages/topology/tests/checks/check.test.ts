import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { compareFindings, type Finding, renderFinding, type Severity } from "../../src/checks/finding.ts";
import { assertValid, check, TopologyError } from "../../src/checks/index.ts";
import { brokerVersions, UserError } from "../../src/model/index.ts";
import { suggestName } from "../../src/text/names.ts";
import { all, editQueue, set, unbindKey } from "./edits.ts";
import { validTopologies } from "./mutation/validTopologies.ts";

const valid = validTopologies["spot on 4.3"];

/** Three problems, which three rules find. */
const broken = all(
    set("result-processor", { "dead-letter-exchange": "spot.dead-leter" }),
    editQueue("notifications.status", { arguments: { "x-queue-mode": "lazy" } }),
    unbindKey("analysis.submit"),
)(valid);

const brokenSentences = [
    'vhost "spot": queue "result-processor": dead-letter exchange "spot.dead-leter" does not exist; did you mean "spot.dead-letter"?',
    'service "gateway": message "submit" to exchange "spot.rpc" with routing key "analysis.submit" is unroutable: no queue receives it; bind a queue to "spot.rpc" with that routing key, or stop publishing it',
];

describe("check", () => {
    it("finds all problems, sorted by rule, place and message", () => {
        const findings = check(broken);
        expect(findings.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
            "error danglingReference",
            "error unroutedPublication",
            "warning excessivePermission",
            "warning unavailableSetting",
            "warning undeclaredDestination",
            "note missingVhostLimits",
        ]);
        expect(findings.slice(0, 2).map(renderFinding)).toEqual(brokenSentences);
    });

    it("reports a problem once if several references are broken by it", () => {
        const users = valid.users.filter(({ name }) => name !== "gateway");
        const findings = check({ ...valid, users }).filter(({ rule }) => rule === "danglingReference");
        expect(findings.map(renderFinding)).toEqual([
            'vhost "spot": permission "gateway": user "gateway" does not exist; declare the user or remove the reference',
        ]);
    });
});

describe("assertValid", () => {
    it.each(brokerVersions)("returns the dev stack's topology on %s", (version) => {
        const topology = sampleTopology(version);
        expect(assertValid(topology)).toBe(topology);
    });

    it("throws one error with a list of all errors", () => {
        const caught = (() => {
            try {
                return assertValid(broken);
            } catch (error) {
                return error;
            }
        })();
        expect(caught).toBeInstanceOf(TopologyError);
        expect(caught).toBeInstanceOf(UserError);
        const error = caught as TopologyError; // just asserted
        expect(error.name).toBe("TopologyError");
        expect(error.message).toBe(
            `the topology has errors:\n${brokenSentences.map((each) => `- ${each}`).join("\n")}`,
        );
        expect(error.findings).toEqual(check(broken).filter(({ severity }) => severity === "error"));
    });
});

describe("compareFindings", () => {
    const finding: fc.Arbitrary<Finding> = fc.record({
        rule: fc.constantFrom("a", "b"),
        severity: fc.constantFrom<Severity>("error", "warning", "note"),
        place: fc.constantFrom("x", "y"),
        message: fc.constantFrom("m", "n"),
        fix: fc.constant("f"),
    });

    it("puts errors before warnings before notes, for any rule", () => {
        const of = (severity: Severity, rule: string): Finding => ({
            rule,
            severity,
            place: "",
            message: "",
            fix: "",
        });
        const sorted = [of("note", "a"), of("warning", "b"), of("error", "c")].sort(compareFindings);
        expect(sorted.map(({ severity }) => severity)).toEqual(["error", "warning", "note"]);
    });

    it("is a total order: findings come out the same from any order", () => {
        fc.assert(
            fc.property(fc.array(finding), (findings) => {
                const once = [...findings].sort(compareFindings);
                expect([...findings].reverse().sort(compareFindings)).toEqual(once);
                for (const [index, each] of once.entries()) {
                    const next = once[index + 1];
                    expect(next === undefined || compareFindings(each, next) <= 0).toBe(true);
                }
            }),
        );
    });
});

describe("suggestName", () => {
    it.each([
        ["spot.analysys", ["spot.analysis", "spot.admin"], 'did you mean "spot.analysis"?'],
        ["abc", ["ab"], 'did you mean "ab"?'],
        ["abc", ["xyz"], "otherwise"],
        [
            "a-long-name-with-4-typos",
            ["a-lnog-naem-with-4-typos"],
            'did you mean "a-lnog-naem-with-4-typos"?',
        ],
        ["anything", [], "otherwise"],
    ])("for %j among %j says: %s", (name, known, expected) => {
        expect(suggestName(name, known, "otherwise")).toBe(expected);
    });
});
