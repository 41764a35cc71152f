import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { reportOf, reports, stackOf } from "../../../topology/tests/render/report/reports.ts";
import { anyTopology } from "../../../topology/tests/review/anyTopology.ts";
import { colours, plain } from "../../src/render/paint.ts";
import { renderReportText } from "../../src/render/report.ts";

const named = Object.entries(reports);

it.each(named)("tells a report at a terminal: %s", async (name, report) => {
    const text = renderReportText(report, { paint: plain, width: 100 });
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/report-${name}.txt`);
});

it.each(named)("says the same without colours: %s", (_, report) => {
    const coloured = renderReportText(report, { paint: colours, width: 80 });
    expect(stripVTControlCharacters(coloured)).toBe(renderReportText(report, { paint: plain, width: 80 }));
});

it("lets nothing out of a name reach the terminal but its visible characters, and names each id to approve", () => {
    fc.assert(
        fc.property(anyTopology, anyTopology, (before, after) => {
            const report = reportOf([stackOf("dev", before, after)]);
            const text = renderReportText(report, { paint: plain });
            expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
            const count = text.split("\n").filter((line) => line.startsWith("    - change: ")).length;
            expect(count).toBe(new Set(report.stacks.flatMap(({ unapproved }) => unapproved)).size);
        }),
        { numRuns: 20 },
    );
}, 30_000);
