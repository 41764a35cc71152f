import { describe, expect, it } from "vitest";
import { compareFindings, type Finding } from "../../src/checks/finding.ts";
import { accept, type BaselineUse, parseBaseline } from "../../src/checks/report/baseline.ts";
import { countsOf, type ReportedFinding } from "../../src/checks/report/reportedFinding.ts";

const finding: Finding = {
    rule: "unboundedQueue",
    severity: "error",
    place: 'vhost "v": queue "q"',
    message: "has no bound",
    fix: "set one",
};
const other: Finding = { ...finding, message: "has no bound in bytes" };
const use: BaselineUse = { stack: "dev", today: "2026-11-24", whole: true };

function acceptWith(
    text: string,
    findings: readonly Finding[] = [finding],
    more: Partial<BaselineUse> = {},
): readonly ReportedFinding[] {
    return accept(findings, parseBaseline(text, "baseline.yaml"), { ...use, ...more }, () => ({
        file: "x.json",
        line: 3,
    }));
}

function lines(reported: readonly ReportedFinding[]): readonly string[] {
    return reported.map(
        ({ finding: { severity, rule, message }, accepted }) =>
            `${severity} ${rule}: ${message} (${accepted ?? "-"})`,
    );
}

const entry = `accepted:
  - rule: unboundedQueue
    place: 'vhost "v": queue "q"'
`;

describe("an accepted finding", () => {
    it("is lowered to a note with its reason, and counted", () => {
        const reported = acceptWith(`${entry}    reason: drained nightly\n    until: 2026-11-24\n`, [
            finding,
            other,
        ]);
        expect(lines(reported)).toEqual([
            "note unboundedQueue: has no bound (drained nightly)",
            "note unboundedQueue: has no bound in bytes (drained nightly)",
        ]);
        expect(countsOf(reported)).toEqual({
            errors: 0,
            warnings: 0,
            notes: 2,
            accepted: 2,
            new: 0,
            absent: 0,
        });
        expect(reported[0]?.location).toEqual({ file: "x.json", line: 3 });
    });

    it("has the message of the entry, if the entry has one", () => {
        expect(
            lines(acceptWith(`${entry}    message: has no bound\n    reason: drained\n`, [finding, other])),
        ).toEqual([
            "note unboundedQueue: has no bound (drained)",
            "error unboundedQueue: has no bound in bytes (-)",
        ]);
    });

    it("may be pasted from check --json", () => {
        const text = JSON.stringify({ findings: [{ ...finding, reason: "drained" }] });
        expect(lines(acceptWith(text))).toEqual(["note unboundedQueue: has no bound (drained)"]);
    });

    it("counts again after the end date, with a warning", () => {
        const reported = acceptWith(`${entry}    reason: drained\n    until: 2026-11-23\n`);
        expect(lines(reported)).toEqual([
            "error unboundedQueue: has no bound (-)",
            "warning expiredAcceptance: was accepted until 2026-11-23 (-)",
        ]);
        expect(reported[1]?.location).toEqual({ file: "baseline.yaml", line: 2 });
    });

    it.each(["", "    reason: ''\n", "    reason: '  '\n"])(
        "is not accepted without a reason: %j",
        (reason) => {
            expect(lines(acceptWith(`${entry}${reason}`))).toEqual([
                "error unboundedQueue: has no bound (-)",
                "error unreasonedAcceptance: has no reason (-)",
            ]);
        },
    );
});

describe("an entry that accepts nothing", () => {
    const text = `${entry}    reason: drained\n`;

    it("is a finding", () => {
        expect(lines(acceptWith(text, []))).toEqual([
            "warning unusedAcceptance: accepts no current finding (-)",
        ]);
    });

    it("is not a finding if only a part was checked", () => {
        expect(acceptWith(text, [], { whole: false })).toEqual([]);
    });

    it("is not a finding if it is for another stack", () => {
        expect(acceptWith(`${text}    stack: prod\n`, [])).toEqual([]);
        expect(lines(acceptWith(`${text}    stack: prod\n`, [finding]))).toEqual([
            "error unboundedQueue: has no bound (-)",
        ]);
    });
});

describe("a baseline", () => {
    it.each(["", "accepted:\n", "accepted: []\n", "# nothing\n"])("may be empty: %j", (text) => {
        expect(parseBaseline(text, "b").acceptances).toEqual([]);
    });

    it.each([
        ["accepted: [", "b: "],
        ["- rule: x\n", 'it has no list "accepted"'],
        ["accepted:\n  - rule: x\n", "0.place: Invalid input"],
        [`${entry}    untill: 2026-01-01\n`, 'Unrecognized key: "untill"'],
        [`${entry}    until: soon\n`, 'expected a date, such as "2027-03-31"'],
        [`${entry}    until: 2026-13-40\n`, "expected a date that exists"],
    ])("is refused with the reason: %j", (text, problem) => {
        expect(() => parseBaseline(text, "b")).toThrow(problem);
    });

    it("does not disturb the order of findings", () => {
        const reported = acceptWith(`${entry}    reason: drained\n    until: 2020-01-01\n`);
        expect(reported.map((each) => each.finding).toSorted(compareFindings)).toHaveLength(2);
    });
});
