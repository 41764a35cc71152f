import { headlines, renderReportMarkdown } from "@spot-messaging/topology/render";
import { describe, expect, it } from "vitest";
import { oneLineChanges, reviewOf } from "./oneLineChanges.ts";

/** What one screen holds, with everything folded. */
const maxBytes = 6_000;

describe("the comment about a change of one line in spot's two stacks", () => {
    it.each(oneLineChanges)("has at most 6 kB, one approval and a verdict in words: $name", (change) => {
        const report = reviewOf(change);
        expect(Buffer.byteLength(renderReportMarkdown(report))).toBeLessThanOrEqual(maxBytes);
        expect(new Set(report.stacks.flatMap(({ unapproved }) => unapproved)).size).toBeLessThanOrEqual(1);
        const [first] = headlines(report);
        const line = [first?.text, ...(first?.remarks ?? [])].join(" — ");
        expect(withoutCounts(line)).toBe(withoutCounts(change.line));
    });
});

/** Another queue or service of spot changes how many objects follow from a change, but not what the line says. */
function withoutCounts(line: string): string {
    return line.replaceAll(
        /\b\d+ (?=(?:DELETE|REPLACE|to (?:add|change)|queues|more|new errors?|problems?)\b)/gu,
        "N ",
    );
}
