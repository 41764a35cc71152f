import { groupBy } from "../../lookup/groups.ts";
import type { Report, StackReport } from "../../review/report/report.ts";
import { code, codes, diagram, folded, plain, table } from "../markdown.ts";
import { type BlockSettings, causeBlock } from "./causes/causeBlock.ts";
import { reportedCauses } from "./causes/reportedCause.ts";
import { headingParts, problemParts } from "./heading.ts";
import { clippedText, inMarkdown } from "./phrase.ts";
import { changedMermaid, legend } from "./picture.ts";
import { redactedReport } from "./redactedReport.ts";
import { isUnchanged, unchangedMark } from "./reviewStatus.ts";
import { renderShortened } from "./shortened.ts";
import { engineSummary, engineTables } from "./tables/engineTables.ts";
import { provenanceTable } from "./tables/provenance.ts";
import { tableText } from "./tables/reportTable.ts";
import { settingsTable } from "./tables/settingsTable.ts";

/** Below the limit of code hosts for one comment, in UTF-16 units. */
export const maxReportLength = 60_000;

/** How much the report shows. */
interface Detail extends Pick<BlockSettings, "form" | "lines" | "maxLength"> {
    readonly pictures: boolean;
    /** The maximum number of rows of each table. With 0, tables are replaced by counts. */
    readonly rows: number;
    /** What is left out, in words. @default - nothing */
    readonly without?: string;
}

const longest = 500;

/** From most to least detail; the first that fits is used. What needs approval is shortened last. */
const details: readonly Detail[] = [
    { pictures: true, rows: 10, lines: 24, form: "full", maxLength: longest },
    {
        pictures: false,
        rows: 10,
        lines: 24,
        form: "full",
        maxLength: longest,
        without: "without pictures",
    },
    {
        pictures: false,
        rows: 5,
        lines: 8,
        form: "full",
        maxLength: 300,
        without: "without pictures, lists are shortened",
    },
    { pictures: false, rows: 0, lines: 0, form: "full", maxLength: 300, without: "counts instead of lists" },
    {
        pictures: false,
        rows: 0,
        lines: 0,
        form: "short",
        maxLength: 300,
        without: "counts instead of lists, what needs approval without safe ways",
    },
    {
        pictures: false,
        rows: 0,
        lines: 0,
        form: "names",
        maxLength: 200,
        without: "counts instead of lists, what needs approval by name only",
    },
];

/**
 * The report as one pull request comment: first the verdict, then the changes that need approval, then the rest. It has at most 60,000
 * characters. A longer report is shortened step by step and says so; the names of destructive changes are kept as long as they fit.
 */
export function renderReportMarkdown(report: Report): string {
    const shown = redactedReport(report);
    const causes = reportedCauses(shown);
    for (const detail of details) {
        const block = causeBlock(causes, {
            ...detail,
            stacks: shown.stacks.map(({ stack }) => stack),
            command: shown.provenance.command,
        });
        const text = sizeOf(block) > maxReportLength ? undefined : reportText(shown, block, detail);
        if (text !== undefined && text.length <= maxReportLength) {
            return text;
        }
    }
    return renderShortened(shown, causes, maxReportLength);
}

function sizeOf(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function reportText(report: Report, causes: readonly string[], detail: Detail): string {
    const { stacks, provenance } = report;
    const rest = `${code(clippedText(provenance.command, detail.maxLength))} prints the full report`;
    const table = { rows: detail.rows, maxLength: detail.maxLength, rest };
    return [
        ...headingParts(report),
        ...(isUnchanged(report) ? [unchangedMark, ""] : []),
        ...(detail.without === undefined ? [] : [`*Shortened to fit: ${detail.without}; ${rest}.*`, ""]),
        ...causes,
        ...problemParts(report, { maxShown: Math.max(detail.rows, 10), maxLength: detail.maxLength }),
        ...sharedParts(stacks, (stack) => [
            ...(detail.pictures ? pictureParts(stack) : []),
            ...tableText(settingsTable(stack), table),
        ]),
        ...sharedParts(stacks, ({ engine }) => engineParts(engine, table)),
        ...provenanceParts(report, detail),
    ]
        .join("\n")
        .replace(/\n{3,}/gu, "\n\n")
        .replace(/\n*$/u, "\n");
}

/** Parts of each stack. Equal parts of several stacks appear once, under the names of these stacks. */
function sharedParts(
    stacks: readonly StackReport[],
    partsOf: (stack: StackReport) => readonly string[],
): readonly string[] {
    const shared = groupBy(stacks, (each) => partsOf(each).join("\n"));
    return [...shared].flatMap(([content, group]) =>
        content === ""
            ? []
            : [
                  ...(group.length === stacks.length
                      ? []
                      : [
                            `### ${group.length === 1 ? "Stack" : "Stacks"} ${codes(group.map(({ stack }) => stack))}`,
                            "",
                        ]),
                  content,
                  "",
              ],
    );
}

function pictureParts(stack: StackReport): readonly string[] {
    const picture = changedMermaid(stack);
    return picture === undefined ? [] : folded(`Routes (${legend})`, diagram(picture));
}

function engineParts(
    engine: StackReport["engine"],
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
