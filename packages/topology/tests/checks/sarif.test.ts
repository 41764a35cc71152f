import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ajvDraft4 from "ajv-draft-04";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import type { ReportedFinding } from "../../src/checks/report/reportedFinding.ts";
import { toSarif } from "../../src/checks/report/sarif.ts";

const require = createRequire(import.meta.url);

function json(file: string): object {
    return JSON.parse(readFileSync(require.resolve(file), "utf8")) as object;
}

// SARIF's schema is written in draft 4 of JSON Schema, with a pattern that is invalid under the flag "u".
const ajv = new ajvDraft4.default({ allErrors: true, strict: false, unicodeRegExp: false });
ajvFormats.default(ajv);
const validate = ajv.compile(json("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));

const rules = [
    {
        id: "lonelyQueue",
        severity: "warning" as const,
        reason: "No service reads it.",
        fix: "Read it.",
        source: "https://www.rabbitmq.com/docs/queues",
    },
    { id: "floatValue", severity: "error" as const, reason: "It is refused.", fix: "Write an integer." },
];

const finding = {
    rule: "lonelyQueue",
    severity: "warning" as const,
    place: 'vhost "v": queue "q"',
    message: "has no consumer",
    fix: "add one",
};
const findings: readonly ReportedFinding[] = [
    { finding, location: { file: "a b/definitions.json", line: 3, column: 7 } },
    { finding: { ...finding, severity: "note" }, location: { file: "x.json" }, accepted: "by design" },
    { finding: { ...finding, rule: "unheardOf", severity: "error" }, location: undefined },
];

describe("findings as SARIF", () => {
    it.each([
        ["of no findings", []],
        ["of findings with and without a place", findings],
    ])("fit the schema of 2.1.0: %s", (_, each) => {
        expect(validate(toSarif(each, rules)) ? [] : validate.errors).toEqual([]);
    });

    it("are invalid with an unknown level", () => {
        const [first] = findings;
        const log = JSON.stringify(toSarif(first === undefined ? [] : [first], rules));
        expect(
            validate(JSON.parse(log.replace('"level":"warning","message"', '"level":"bad","message"'))),
        ).toBe(false);
    });

    it("use the version that the topology was compiled for as the baseline", () => {
        const states = ["new", "unchanged", "absent"] as const;
        const log = toSarif(
            states.map((state) => ({ finding, location: undefined, state })),
            rules,
        );
        expect(log.runs[0]?.results?.map(({ baselineState }) => baselineState)).toEqual(states);
        expect(validate(log)).toBe(true);
        expect(toSarif(findings, rules).runs[0]?.results?.map(({ baselineState }) => baselineState)).toEqual(
            findings.map(() => undefined),
        );
    });

    it("contain rule, level, place, line and reason", () => {
        const [run] = toSarif(findings, rules).runs;
        expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(["lonelyQueue", "floatValue"]);
        expect(run?.results?.[0]).toEqual({
            ruleId: "lonelyQueue",
            ruleIndex: 0,
            level: "warning",
            message: { text: 'vhost "v": queue "q": has no consumer; add one' },
            locations: [
                {
                    physicalLocation: {
                        artifactLocation: { uri: "a%20b/definitions.json" },
                        region: { startLine: 3, startColumn: 7 },
                    },
                    logicalLocations: [{ fullyQualifiedName: 'vhost "v": queue "q"' }],
                },
            ],
            partialFingerprints: {
                "ruleAtPlace/v1": '["lonelyQueue","vhost \\"v\\": queue \\"q\\"","has no consumer"]',
            },
        });
        expect(run?.results?.[1]?.suppressions).toEqual([{ kind: "external", justification: "by design" }]);
        expect(run?.results?.[2]?.locations?.[0]?.physicalLocation).toBeUndefined();
    });
});
