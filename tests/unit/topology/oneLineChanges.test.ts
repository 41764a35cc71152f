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
        expect([first?.text, ...(first?.remarks ?? [])].join(" — ")).toBe(change.line);
    });
});
