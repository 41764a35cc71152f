import type { Report, StackReport } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";
import { code, diagram, folded, plain, table } from "../markdown.ts";
import { type BlockForm, destructiveBlock } from "./destructive/destructiveBlock.ts";
import { type DestructiveChange, destructiveChangesOf } from "./destructive/destructiveChange.ts";
import { headingParts, problemParts } from "./heading.ts";
import { clippedText, inMarkdown } from "./phrase.ts";
import { changedMermaid, legend } from "./picture.ts";
import { redactedReport } from "./redactedReport.ts";
import { isUnchanged, unchangedMark } from "./reviewStatus.ts";
import { renderShortened } from "./shortened.ts";
import { engineSummary, engineTables } from "./tables/engineTables.ts";
import { provenanceTable } from "./tables/provenance.ts";
import { tableText } from "./tables/reportTable.ts";
import { tablesOf } from "./tables/tables.ts";

/** What a code host takes as one comment, with room for what others write around it. In units of UTF-16, of which a text has most. */
export const longestReport = 60_000;

/** How much is told. */
interface Detail {
    readonly pictures: boolean;
    /** Of each table; with 0, only how many there are. */
    readonly rows: number;
    readonly dangers: BlockForm;
    /** Of a cell, or a sentence. */
    readonly longest: number;
    /** What is left out, in words. @default - nothing */
    readonly without?: string;
}

/** A row takes more than 40 characters: of more rows than that, not all can be told. */
const mostRows = longestReport / 40;

/** From everything to what must be said; the first that fits is said. Dangers are the last to be told shorter. */
const details: readonly Detail[] = [
    { pictures: true, rows: mostRows, dangers: "full", longest: 2_000 },
    {
        pictures: false,
        rows: mostRows,
        dangers: "full",
        longest: 2_000,
        without: "without pictures",
    },
    {
        pictures: false,
        rows: 40,
        dangers: "full",
        longest: 500,
        without: "without pictures, tables are shortened",
    },
    {
        pictures: false,
        rows: 10,
        dangers: "full",
        longest: 300,
        without: "without pictures, tables are shortened",
    },
    { pictures: false, rows: 0, dangers: "full", longest: 300, without: "counts instead of tables" },
    {
        pictures: false,
        rows: 0,
        dangers: "short",
        longest: 300,
        without: "counts instead of tables, and dangers without their ways out",
    },
    {
        pictures: false,
        rows: 0,
        dangers: "names",
        longest: 200,
        without: "counts instead of tables, and dangers by name only",
    },
];

/**
 * The report as one comment of a pull request: first what happens to messages, then what somebody must agree to, then the rest. At most
 * 60,000 characters: what is too long is told with less and less, and says so, but each danger stays named for as long as names fit at all.
 */
export function renderReportMarkdown(report: Report): string {
    const shown = redactedReport(report);
    const dangers = shown.stacks.flatMap(destructiveChangesOf);
    const blocks = new Map<BlockForm, readonly string[]>();
    for (const detail of details) {
        const { dangers: form } = detail;
        const block = blocks.get(form) ?? dangerBlockOf(shown, dangers, form);
        blocks.set(form, block);
        const text = sizeOf(block) > longestReport ? undefined : told(shown, block, detail);
        if (text !== undefined && text.length <= longestReport) {
            return text;
        }
    }
    return renderShortened(shown, dangers, longestReport);
}

function dangerBlockOf(
    { stacks, provenance }: Report,
    dangers: readonly DestructiveChange[],
    form: BlockForm,
): readonly string[] {
    return destructiveBlock(dangers, { form, namesStack: stacks.length > 1, command: provenance.command });
}

function sizeOf(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function told(report: Report, dangers: readonly string[], detail: Detail): string {
    const { stacks, provenance } = report;
    const namesStack = stacks.length > 1;
    const rest = `${code(clippedText(provenance.command, detail.longest))} prints all of it`;
    return [
        ...headingParts(report),
        ...(isUnchanged(report) ? [unchangedMark, ""] : []),
        ...(detail.without === undefined ? [] : [`*Shortened to fit: ${detail.without}; ${rest}.*`, ""]),
        ...dangers,
        ...problemParts(report, { most: Math.max(detail.rows, 10), longest: detail.longest }),
        ...stacks.flatMap((each) => stackParts(each, { namesStack, rest, detail })),
        ...provenanceParts(report, detail),
    ]
        .join("\n")
        .replace(/\n{3,}/gu, "\n\n")
        .replace(/\n*$/u, "\n");
}

interface StackSettings {
    readonly namesStack: boolean;
    readonly rest: string;
    readonly detail: Detail;
}

function stackParts(stack: StackReport, { namesStack, rest, detail }: StackSettings): readonly string[] {
    const settings = { rows: detail.rows, longest: detail.longest, rest };
    const content = [
        ...tablesOf(stack).flatMap((each) => tableText(each, settings)),
        ...(detail.pictures ? pictureParts(stack) : []),
        ...engineParts(stack, settings),
    ];
    return content.length === 0
        ? []
        : [...(namesStack ? [`### Stack ${code(stack.stack)}`, ""] : []), ...content, ""];
}

/** Above it a picture is closed until somebody opens it, since nobody can read it on a phone. */
const openPicture = 16;

function pictureParts(stack: StackReport): readonly string[] {
    const picture = changedMermaid(stack);
    switch (picture.kind) {
        case "nothing":
            return [];
        case "too large":
            return [`No picture: it would show ${counted(picture.size, "object")} or more.`, ""];
        case "drawn": {
            const content = [
                `Signs: ${legend}. Dashed arrows: dead letters and what no binding takes.`,
                "",
                ...diagram(picture.text),
            ];
            return picture.size > openPicture
                ? folded(`Picture of what changes (${counted(picture.size, "object")})`, content)
                : ["#### Picture of what changes", "", ...content];
        }
    }
}

function engineParts(
    { engine }: StackReport,
    settings: { readonly rows: number; readonly longest: number; readonly rest: string },
): readonly string[] {
    if (engine === undefined) {
        return [];
    }
    const summary = plain(clippedText(engineSummary(engine), 500));
    const content = engineTables(engine).flatMap((each) => tableText(each, settings));
    return content.length === 0 || settings.rows === 0
        ? [`- ${summary}`, ...content, ""]
        : folded(`Preview: ${summary}`, content);
}

function provenanceParts(report: Report, { longest, rows }: Detail): readonly string[] {
    const { title, head, rows: lines } = provenanceTable(report);
    const kept = lines.slice(0, Math.max(rows, 12));
    return folded(
        title,
        table(
            head,
            kept.map((row) =>
                row.map((cell) =>
                    inMarkdown(cell.map((part) => ({ ...part, text: clippedText(part.text, longest) }))),
                ),
            ),
        ),
    );
}
