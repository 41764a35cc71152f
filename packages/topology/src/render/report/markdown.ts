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

/** Below the limit of code hosts for one comment, in UTF-16 units. */
export const maxReportLength = 60_000;

/** How much the report shows. */
interface Detail {
    readonly pictures: boolean;
    /** The maximum number of rows of each table. With 0, tables are replaced by counts. */
    readonly rows: number;
    readonly destructive: BlockForm;
    /** The maximum length of a cell or a sentence. */
    readonly maxLength: number;
    /** What is left out, in words. @default - nothing */
    readonly without?: string;
}

/** A row has more than 40 characters, so more rows than this never fit. */
const maxRows = maxReportLength / 40;

/** From most to least detail; the first that fits is used. Destructive changes are shortened last. */
const details: readonly Detail[] = [
    { pictures: true, rows: maxRows, destructive: "full", maxLength: 2_000 },
    {
        pictures: false,
        rows: maxRows,
        destructive: "full",
        maxLength: 2_000,
        without: "without pictures",
    },
    {
        pictures: false,
        rows: 40,
        destructive: "full",
        maxLength: 500,
        without: "without pictures, tables are shortened",
    },
    {
        pictures: false,
        rows: 10,
        destructive: "full",
        maxLength: 300,
        without: "without pictures, tables are shortened",
    },
    { pictures: false, rows: 0, destructive: "full", maxLength: 300, without: "counts instead of tables" },
    {
        pictures: false,
        rows: 0,
        destructive: "short",
        maxLength: 300,
        without: "counts instead of tables, destructive changes without safe ways",
    },
    {
        pictures: false,
        rows: 0,
        destructive: "names",
        maxLength: 200,
        without: "counts instead of tables, destructive changes by name only",
    },
];

/**
 * The report as one pull request comment: first the verdict, then the changes that need approval, then the rest. It has at most 60,000
 * characters. A longer report is shortened step by step and says so; the names of destructive changes are kept as long as they fit.
 */
export function renderReportMarkdown(report: Report): string {
    const shown = redactedReport(report);
    const destructive = shown.stacks.flatMap(destructiveChangesOf);
    const blocks = new Map<BlockForm, readonly string[]>();
    for (const detail of details) {
        const { destructive: form } = detail;
        const block = blocks.get(form) ?? destructiveBlockOf(shown, destructive, form);
        blocks.set(form, block);
        const text = sizeOf(block) > maxReportLength ? undefined : reportText(shown, block, detail);
        if (text !== undefined && text.length <= maxReportLength) {
            return text;
        }
    }
    return renderShortened(shown, destructive, maxReportLength);
}

function destructiveBlockOf(
    { stacks, provenance }: Report,
    destructive: readonly DestructiveChange[],
    form: BlockForm,
): readonly string[] {
    return destructiveBlock(destructive, {
        form,
        namesStack: stacks.length > 1,
        command: provenance.command,
    });
}

function sizeOf(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function reportText(report: Report, destructive: readonly string[], detail: Detail): string {
    const { stacks, provenance } = report;
    const namesStack = stacks.length > 1;
    const rest = `${code(clippedText(provenance.command, detail.maxLength))} prints the full report`;
    return [
        ...headingParts(report),
        ...(isUnchanged(report) ? [unchangedMark, ""] : []),
        ...(detail.without === undefined ? [] : [`*Shortened to fit: ${detail.without}; ${rest}.*`, ""]),
        ...destructive,
        ...problemParts(report, { maxShown: Math.max(detail.rows, 10), maxLength: detail.maxLength }),
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
    const settings = { rows: detail.rows, maxLength: detail.maxLength, rest };
    const content = [
        ...tablesOf(stack).flatMap((each) => tableText(each, settings)),
        ...(detail.pictures ? pictureParts(stack) : []),
        ...engineParts(stack, settings),
    ];
    return content.length === 0
        ? []
        : [...(namesStack ? [`### Stack ${code(stack.stack)}`, ""] : []), ...content, ""];
}

/** A picture with more objects is folded, because it is unreadable on a phone. */
const maxOpenPicture = 16;

function pictureParts(stack: StackReport): readonly string[] {
    const picture = changedMermaid(stack);
    switch (picture.kind) {
        case "nothing":
            return [];
        case "too large":
            return [`No picture: ${counted(picture.size, "object")} or more are too many.`, ""];
        case "drawn": {
            const content = [
                `Signs: ${legend}. Dashed arrows: dead letters and unroutable messages.`,
                "",
                ...diagram(picture.text),
            ];
            return picture.size > maxOpenPicture
                ? folded(`Picture of what changes (${counted(picture.size, "object")})`, content)
                : ["#### Picture of what changes", "", ...content];
        }
    }
}

function engineParts(
    { engine }: StackReport,
    settings: { readonly rows: number; readonly maxLength: number; readonly rest: string },
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

function provenanceParts(report: Report, { maxLength, rows }: Detail): readonly string[] {
    const { title, head, rows: lines } = provenanceTable(report);
    const kept = lines.slice(0, Math.max(rows, 12));
    return folded(
        title,
        table(
            head,
            kept.map((row) =>
                row.map((cell) =>
                    inMarkdown(cell.map((part) => ({ ...part, text: clippedText(part.text, maxLength) }))),
                ),
            ),
        ),
    );
}
