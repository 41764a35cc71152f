import { stripVTControlCharacters } from "node:util";
import type { Finding, ReportedFinding } from "@spot-messaging/topology/check";
import { describe, expect, it } from "vitest";
import { renderFindings } from "../../src/render/findings.ts";
import { colours, plain } from "../../src/render/paint.ts";

const finding: Finding = {
    rule: "lonelyQueue",
    severity: "warning",
    place: 'vhost "v": queue "q"',
    message: "has no consumer",
    fix: "add one",
};
const reasons = new Map([["lonelyQueue", "Nobody reads what is written."]]);

function judgement(more: Partial<Finding> = {}, rest: Partial<ReportedFinding> = {}): ReportedFinding {
    return { finding: { ...finding, ...more }, location: undefined, ...rest };
}

describe("findings for a person", () => {
    it("stand under their rule, with the rule's reason once and counts at the end", () => {
        const text = renderFindings(
            [
                judgement(
                    { severity: "error", rule: "other" },
                    { location: { file: "d.json", line: 3, column: 7 } },
                ),
                judgement({}, { location: { file: "d.json" } }),
                judgement({ place: 'vhost "v": queue "r"' }),
                judgement({ severity: "note" }, { accepted: "by design" }),
            ],
            reasons,
            { paint: plain },
        );
        expect(text).toBe(`error other
  d.json:3:7: vhost "v": queue "q": has no consumer; add one

warning lonelyQueue
  Nobody reads what is written.
  d.json: vhost "v": queue "q": has no consumer; add one
  vhost "v": queue "r": has no consumer; add one

note lonelyQueue
  Nobody reads what is written.
  vhost "v": queue "q": has no consumer; add one (accepted: by design)

1 error, 2 warnings, 1 note (1 accepted)`);
    });

    it("are broken between words where the page is narrow", () => {
        expect(renderFindings([judgement()], reasons, { paint: plain, width: 30 })).toBe(`warning lonelyQueue
  Nobody reads what is
  written.
  vhost "v": queue "q": has
    no consumer; add one

0 errors, 1 warning, 0 notes`);
    });

    it("are coloured by severity, which changes no word", () => {
        const coloured = renderFindings([judgement()], reasons, { paint: colours });
        expect(coloured).toContain("\u001B[33mwarning\u001B[39m");
        expect(stripVTControlCharacters(coloured)).toBe(
            renderFindings([judgement()], reasons, { paint: plain }),
        );
    });

    it("are shown in part where one rule found many", () => {
        const many = Array.from({ length: 233 }, (_, index) => judgement({ place: `queue "${index}"` }));
        const lines = renderFindings(many, reasons, { paint: plain }).split("\n");
        expect(lines.slice(-3)).toEqual([
            "  and 213 more; --json has them all",
            "",
            "0 errors, 233 warnings, 0 notes",
        ]);
        expect(lines).toHaveLength(2 + 20 + 3);
    });

    it("say so where there are none", () => {
        expect(renderFindings([], reasons, { paint: plain })).toBe("no findings");
    });

    it("are marked where the target version brings them, and stand apart where it takes them", () => {
        const text = renderFindings(
            [
                judgement({ severity: "error" }, { state: "absent" }),
                judgement({}, { state: "new", location: { file: "d.json", line: 3 } }),
                judgement({ place: 'queue "r"' }, { state: "unchanged" }),
            ],
            reasons,
            { paint: plain },
        );
        expect(text).toBe(`warning lonelyQueue
  Nobody reads what is written.
  new: d.json:3: vhost "v": queue "q": has no consumer; add one
  queue "r": has no consumer; add one

not found with the target version
  lonelyQueue: vhost "v": queue "q": has no consumer

0 errors, 2 warnings, 0 notes; 1 new, 1 fixed by the target version`);
    });

    it("may all be gone", () => {
        expect(renderFindings([judgement({}, { state: "absent" })], reasons, { paint: plain })).toBe(
            `not found with the target version
  lonelyQueue: vhost "v": queue "q": has no consumer

no findings; 1 fixed by the target version`,
        );
    });
});
