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
const reasons = new Map([["lonelyQueue", "Its messages are never consumed."]]);

function reported(more: Partial<Finding> = {}, rest: Partial<ReportedFinding> = {}): ReportedFinding {
    return { finding: { ...finding, ...more }, location: undefined, ...rest };
}

describe("findings for a person", () => {
    it("are grouped by rule, with the rule's reason once and counts at the end", () => {
        const text = renderFindings(
            [
                reported(
                    { severity: "error", rule: "other" },
                    { location: { file: "d.json", line: 3, column: 7 } },
                ),
                reported({}, { location: { file: "d.json" } }),
                reported({ place: 'vhost "v": queue "r"' }),
                reported({ severity: "note" }, { accepted: "by design" }),
            ],
            reasons,
            { paint: plain },
        );
        expect(text).toBe(`error other
  d.json:3:7: vhost "v": queue "q": has no consumer; add one

warning lonelyQueue
  Its messages are never consumed.
  d.json: vhost "v": queue "q": has no consumer; add one
  vhost "v": queue "r": has no consumer; add one

note lonelyQueue
  Its messages are never consumed.
  vhost "v": queue "q": has no consumer; add one (accepted: by design)

1 error, 2 warnings, 1 note (1 accepted)`);
    });

    it("have one line for the notes of each rule if notes are grouped, but show new notes and conditions in full", () => {
        const notes = Array.from({ length: 12 }, (_, index) =>
            reported({ severity: "note", place: `queue "${index}"` }),
        );
        const text = renderFindings(
            [
                reported(),
                reported({ severity: "note", rule: "conditionalImport" }),
                reported({ severity: "note", place: 'queue "later"' }, { state: "new" }),
                reported({ severity: "note", rule: "other" }, { accepted: "by design" }),
                ...notes,
            ],
            reasons,
            { paint: plain },
            { detail: "grouped notes" },
        );
        expect(text).toBe(`warning lonelyQueue
  Its messages are never consumed.
  vhost "v": queue "q": has no consumer; add one

note conditionalImport
  vhost "v": queue "q": has no consumer; add one

note lonelyQueue
  Its messages are never consumed.
  new: queue "later": has no consumer; add one

notes; --verbose shows each with its reason and fix
   1 other: vhost "v": queue "q": has no consumer (accepted: by design)
  12 lonelyQueue: queue "0": has no consumer

0 errors, 1 warning, 15 notes (1 accepted); 1 new`);
    });

    it("are wrapped between words on a narrow page", () => {
        expect(renderFindings([reported()], reasons, { paint: plain, width: 30 })).toBe(`warning lonelyQueue
  Its messages are never
  consumed.
  vhost "v": queue "q": has
    no consumer; add one

0 errors, 1 warning, 0 notes`);
    });

    it("are coloured by severity, which changes no word", () => {
        const coloured = renderFindings([reported()], reasons, { paint: colours });
        expect(coloured).toContain("\u001B[33mwarning\u001B[39m");
        expect(stripVTControlCharacters(coloured)).toBe(
            renderFindings([reported()], reasons, { paint: plain }),
        );
    });

    it("are shown in part where one rule found many", () => {
        const many = Array.from({ length: 233 }, (_, index) => reported({ place: `queue "${index}"` }));
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
                reported({ severity: "error" }, { state: "absent" }),
                reported({}, { state: "new", location: { file: "d.json", line: 3 } }),
                reported({ place: 'queue "r"' }, { state: "unchanged" }),
            ],
            reasons,
            { paint: plain },
        );
        expect(text).toBe(`warning lonelyQueue
  Its messages are never consumed.
  new: d.json:3: vhost "v": queue "q": has no consumer; add one
  queue "r": has no consumer; add one

not found with the target version
  lonelyQueue: vhost "v": queue "q": has no consumer

0 errors, 2 warnings, 0 notes; 1 new, 1 fixed by the target version`);
    });

    it("may all be absent with the target version", () => {
        expect(renderFindings([reported({}, { state: "absent" })], reasons, { paint: plain })).toBe(
            `not found with the target version
  lonelyQueue: vhost "v": queue "q": has no consumer

no findings; 1 fixed by the target version`,
        );
    });
});
