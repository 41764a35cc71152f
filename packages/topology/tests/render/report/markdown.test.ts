import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { found } from "../../../../../tests/unit/found.ts";
import { queue, type Topology } from "../../../src/model/index.ts";
import { code } from "../../../src/render/markdown.ts";
import { approvalEntries } from "../../../src/render/report/causes/approvalEntry.ts";
import { maxReportLength, renderReportMarkdown } from "../../../src/render/report/markdown.ts";
import { saysNoChanges } from "../../../src/render/report/reviewStatus.ts";
import type { Report, ReportProblem } from "../../../src/review/report/report.ts";
import { anyName, anyTopology } from "../../review/anyTopology.ts";
import { declaredService, sendingWith, spot } from "../../review/edits.ts";
import { topologyOf } from "../../routing/topologies.ts";
import { parseMermaid } from "../mermaidParser.ts";
import { literalMarkup, markdownDocument } from "./markdownDocument.ts";
import { reportOf, reports, stackOf } from "./reports.ts";

const named = Object.entries(reports);

/** The HTML of the report itself; any other HTML comes from a name. */
const ownHtml =
    /^(?:<details>\s*(?:<summary>[^<>]*<\/summary>)?|<\/details>|<\/?code>|<!-- no changes -->)$/u;

function expectValid(text: string): void {
    const { html, links, images } = markdownDocument(text);
    expect(html.filter((each) => !ownHtml.test(each))).toEqual([]);
    expect(html.filter((each) => each.startsWith("<details>")).length).toBe(
        html.filter((each) => each === "</details>").length,
    );
    expect(html.filter((each) => each === "<code>").length).toBe(
        html.filter((each) => each === "</code>").length,
    );
    expect(
        links.filter(
            (each) => !/^https:\/\/(?:github\.com|www\.rabbitmq\.com|www\.pulumi\.com)\//u.test(each),
        ),
    ).toEqual([]);
    expect(images).toBe(0);
}

/** A report in which many queues are deleted. */
function manyDeleted(count: number, nameOf: (index: number) => string): Report {
    const before = topologyOf({
        queues: Array.from({ length: count }, (_, index) => queue("v", nameOf(index), "classic")),
    });
    return reportOf([stackOf("prod", before, topologyOf({}))]);
}

function added(count: number): { readonly before: Topology; readonly after: Topology } {
    const queues = Array.from({ length: count }, (_, index) => queue("v", `q${index}`, "classic"));
    return { before: topologyOf({}), after: topologyOf({ queues }) };
}

describe("the comment about a change", () => {
    it.each(named)("matches its golden file: %s", async (name, report) => {
        await expect(renderReportMarkdown(report)).toMatchFileSnapshot(`golden/${name}.md`);
    });

    it.each(named)("is valid Markdown: %s", (_, report) => {
        expectValid(renderReportMarkdown(report));
    });

    it.each(named)("shows no asterisks, backticks, tags or entities to a reader: %s", (name, report) => {
        // One report quotes a text that looks like a tag.
        const quotedTags = name === "problems" ? [expect.stringContaining("is not JSON <script>")] : [];
        expect(literalMarkup(renderReportMarkdown(report))).toEqual(quotedTags);
    });

    it.each(["**bold: **`code`", "`` a` ``` b", "&amp;lt;b&amp;gt;", "`&#64;x`", "\\<b>x\\</b>"])(
        "would be found to show markup: %s",
        (text) => {
            expect(literalMarkup(text)).toHaveLength(1);
        },
    );

    it.each(named)("has pictures that Mermaid understands: %s", async (_, report) => {
        for (const each of markdownDocument(renderReportMarkdown(report)).diagrams) {
            expect(await parseMermaid(each)).toBe("flowchart-v2");
        }
    });

    it("says in its first line whether messages can be lost", () => {
        const first = (name: string): string =>
            renderReportMarkdown(found(reports[name], name)).split("\n", 1).join("");
        expect(first("harmless")).toBe("**✅ dev: 2 to add, nothing is lost**");
        expect(first("approved")).toBe(
            '**⚠️ prod: 1 REPLACE, messages are lost: queue "result-processor": type quorum -> classic — approved**',
        );
        expect(first("unknown")).toBe(
            '**🛑 prod: 1 REPLACE, messages are lost: queue "result-processor": type quorum -> classic — not approved**',
        );
        expect(first("several")).toMatch(/^\*\*🛑 test: /u);
        expect(first("problems")).toBe(
            "**❓ prod: cannot be read, so the effect on its messages is unknown**",
        );
    });

    it("marks a report without changes, so that no comment is created", () => {
        const silent = named.filter(([, report]) => saysNoChanges(renderReportMarkdown(report)));
        expect(silent.map(([name]) => name)).toEqual(["unchanged"]);
        const noted = reportOf(reports["unchanged"]?.stacks ?? [], [{ kind: "note", text: "x" }]);
        expect(saysNoChanges(renderReportMarkdown(noted))).toBe(false);
    });

    it("tells the safe way of what makes a message go elsewhere", () => {
        const after = declaredService("gateway", sendingWith("request", { routingKey: "analyze.requests" }));
        expect(renderReportMarkdown(reportOf([stackOf("prod", spot, after)]))).toContain(
            "Safe way: Bind the queue with the new routing key in an earlier release, and delete the old binding in a later one.",
        );
    });

    it("takes nothing out of names: not HTML, not links, not mentions, not lines of its own", () => {
        const names = [
            "<script>alert(1)</script>",
            "</details>",
            "a|b`c`",
            "[x](https://evil.example)",
            "![x](https://evil.example/x.png)",
            "`[x](https://evil.example) <b>",
            "@team #12 www.evil.example https://evil.example",
            "line\nbreak\n<!-- no changes -->\n# title",
            "-->",
            "1. x",
            "$x$ and **y** ~~z~~ :tada:",
            "acme/shop!12 !12 %3 ~bug &5 $7",
            "/merge",
        ];
        const report = manyDeleted(names.length, (index) => names[index] ?? "");
        const problems: readonly ReportProblem[] = names.map((text) => ({ kind: "finding", text }));
        const text = renderReportMarkdown({ ...report, problems });
        expectValid(text);
        expect(saysNoChanges(text)).toBe(false);
        expect(text.split("\n").filter((line) => /^(?:# |\s*\/)/u.test(line))).toEqual([]);
        expect(markdownDocument(text).words).not.toMatch(/[@#!%~&$]\d|[@~]\p{L}/u);
    });

    it("of any two topologies is valid, short enough, and names everything that needs approval", () => {
        fc.assert(
            fc.property(anyTopology, anyTopology, anyName, (before, after, stack) => {
                const report = reportOf([stackOf(stack, before, after)]);
                const text = renderReportMarkdown(report);
                expectValid(text);
                expect(text.length).toBeLessThanOrEqual(maxReportLength);
                if (!text.includes("*Shortened to fit")) {
                    for (const id of report.stacks.flatMap(({ unapproved }) => unapproved)) {
                        const [, entry = ""] = approvalEntries([{ id, stacks: [stack] }]).lines;
                        expect(
                            [entry, code(id)].some((each) => text.includes(each)),
                            id,
                        ).toBe(true);
                    }
                }
                expect(renderReportMarkdown(structuredClone(report))).toBe(text);
            }),
            { numRuns: 20 },
        );
    }, 60_000);
});

describe("a comment that is too long", () => {
    it.each([
        { stacks: 1, queues: 1_500 },
        { stacks: 8, queues: 100 },
        { stacks: 100, queues: 12 },
    ])(
        "is not the one about $queues new queues in $stacks stacks, since equal stacks share it",
        ({ stacks, queues }) => {
            const { before, after } = added(queues);
            const report = reportOf(
                Array.from({ length: stacks }, (_, index) => stackOf(`s${index}`, before, after)),
            );
            const text = renderReportMarkdown(report);
            expect(text.length).toBeLessThanOrEqual(12_000 + 200 * stacks);
            expect(text).not.toContain("*Shortened to fit");
            expectValid(text);
        },
    );

    it.each([
        { queues: 40, words: "" },
        {
            queues: 200,
            words: "*Shortened to fit: counts instead of lists, what needs approval without safe ways; ",
        },
        {
            queues: 1_000,
            words: "*Shortened to fit: counts instead of lists, what needs approval by name only; ",
        },
    ])("because $queues queues are deleted says: $words", ({ queues, words }) => {
        const text = renderReportMarkdown(manyDeleted(queues, (index) => `q${index}`));
        expect(text.length).toBeLessThanOrEqual(maxReportLength);
        expect(/^\*Shortened .*?; /mu.exec(text)?.[0] ?? "").toBe(words);
        expectValid(text);
    });

    it("names each of 200 queues that go in a line of its own", () => {
        const report = manyDeleted(200, (index) => `q${index}`);
        const text = renderReportMarkdown(report);
        expect(text.length).toBeLessThanOrEqual(maxReportLength);
        expect(text).toContain("; `npx topology review --base ");
        const lines = text.split("\n").filter((line) => line.startsWith("- `delete queue v/q"));
        expect(lines.length).toBe(200);
        expect(lines[0]).toBe(
            "- `delete queue v/q0`: **messages are lost** (`queue.deleted`); unknown without --broker",
        );
        expectValid(text);
    });

    it("names each of 3,000 queues that go, and says what is left out", () => {
        const report = manyDeleted(3_000, (index) => `mail.analysis.team-${index % 7}.jobs-${index}`);
        const text = renderReportMarkdown(report);
        expect(text.length).toBeLessThanOrEqual(maxReportLength);
        expectValid(text);
        expect(text).toContain(
            "*Shortened to fit: counts instead of lists, what needs approval by name only; `npx topology review",
        );
        const listed = [...text.matchAll(/`delete queue v\/(?<head>[\w.-]+)\{(?<tails>[\w,]+)\}`/gu)].flatMap(
            ({ groups }) =>
                (groups?.["tails"] ?? "").split(",").map((tail) => `${groups?.["head"] ?? ""}${tail}`),
        );
        expect(listed.sort()).toEqual(report.stacks[0]?.before.queues.map(({ name }) => name).sort());
    });

    it("names as many as fit where names alone are too long, and counts the others", () => {
        const report = manyDeleted(3_000, (index) => `${index} ${"long name ".repeat(20)}`);
        const text = renderReportMarkdown(report);
        expect(text.length).toBeLessThanOrEqual(maxReportLength);
        expect(text.length).toBeGreaterThan(maxReportLength / 2);
        const shown = [...text.matchAll(/delete queue v\//gu)].length;
        expect(text).toContain(`**and ${(3_000 - shown).toLocaleString("en-US")} more**`);
        expectValid(text);
    });

    it.each([
        ["stacks", 100, 0],
        ["problems", 1, 500],
    ])("because of many %s fits, too", (_, stacks, problems) => {
        const all = Array.from({ length: stacks }, (__, index) => {
            const { before, after } = added(1);
            return stackOf(`stack-${index} ${"@".repeat(200)}`, after, before);
        });
        const text = renderReportMarkdown(
            reportOf(
                all,
                Array.from({ length: problems }, () => ({
                    kind: "finding" as const,
                    text: "@#".repeat(1_000),
                })),
            ),
        );
        expect(text.length).toBeLessThanOrEqual(maxReportLength);
        expect(text.startsWith("**🛑 stack-0 ")).toBe(true);
        expectValid(text);
    });
});
