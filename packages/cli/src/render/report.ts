import type { DiffLine, Part, Phrase, ReportedCause, ReportTable } from "@spot-messaging/topology/render";
import {
    approvalEntries,
    approvalText,
    distinctProblems,
    engineSummary,
    engineTables,
    type Headline,
    headlines,
    printable,
    provenanceTable,
    type ReviewStatus,
    redactedReport,
    reportedCauses,
    settingsTable,
} from "@spot-messaging/topology/render";
import type { Report, ReportProblem, StackReport } from "@spot-messaging/topology/review";
import { counted } from "@spot-messaging/topology/text";
import type { Page, Paint, Style } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** The full report for a terminal. Colours only repeat what words say. */
export function renderReportText(report: Report, page: Page): string {
    const shown = redactedReport(report);
    const { stacks } = shown;
    const names = stacks.map(({ stack }) => stack);
    return [
        headlines(shown).map((each) => headingLine(each, page)),
        ...causeParts(reportedCauses(shown), names, page),
        problemLines(distinctProblems(shown), page),
        ...stacks.flatMap((each) => stackParts(each, names.length > 1, page)),
        tableLines(provenanceTable(shown), "", page),
    ]
        .filter(({ length }) => length > 0)
        .map((lines) => lines.join("\n"))
        .join("\n\n");
}

const styles: Readonly<Record<ReviewStatus, Style>> = {
    blocked: "error",
    unknown: "error",
    approved: "warning",
    harmless: "good",
};

function headingLine({ status, text, remarks }: Headline, { paint, width }: Page): string {
    return paint(styles[status], wrapText(printable([text, ...remarks].join("; ")), "  ", width));
}

function causeParts(
    causes: readonly ReportedCause[],
    stacks: readonly string[],
    page: Page,
): readonly (readonly string[])[] {
    const open = causes.filter(({ needsApproval, approval }) => needsApproval && approval === undefined);
    const agreed = causes.filter(({ needsApproval, approval }) => needsApproval && approval !== undefined);
    const others = causes.filter(({ needsApproval }) => !needsApproval);
    const { file, lines } = approvalEntries(open);
    return [
        ...group("needs approval before deployment", open, stacks, page),
        ...(open.length === 0
            ? []
            : [[`to approve, add this to ${file}, with a reason:`, ...lines.map((line) => `  ${line}`)]]),
        ...group("approved", agreed, stacks, page),
        ...group(open.length + agreed.length > 0 ? "other changes" : "changes", others, stacks, page),
    ];
}

function group(
    title: string,
    causes: readonly ReportedCause[],
    stacks: readonly string[],
    page: Page,
): readonly (readonly string[])[] {
    return causes.length === 0
        ? []
        : [[page.paint("name", title), ...causes.flatMap((each) => causeLines(each, stacks, page))]];
}

function causeLines(
    cause: ReportedCause,
    stacks: readonly string[],
    { paint, width }: Page,
): readonly string[] {
    const { title, outcome, reasons, moreReasons, live, safeWay, approval, differences, routes } = cause;
    const where =
        cause.stacks.length === stacks.length
            ? ""
            : ` in ${cause.stacks.map((each) => `"${printable(each)}"`).join(", ")}`;
    const style: Style = !cause.needsApproval ? "faint" : approval === undefined ? "error" : "warning";
    return [
        `  ${wrapText(`${paint("name", printable(title))}${where}${outcome === "" ? "" : `: ${paint(style, outcome)}`}`, "    ", width)}`,
        ...[
            ...reasons.map(
                ({ text, rule }) =>
                    `why: ${printable(text)}${rule === undefined ? "" : ` (${printable(rule.id)}, ${printable(rule.source)})`}`,
            ),
            ...(moreReasons === 0 ? [] : [`and ${counted(moreReasons, "more reason", "more reasons")}`]),
            ...live.map((each) => `live: ${printable(each)}`),
            ...(safeWay === undefined ? [] : [`safe way: ${printable(safeWay)}`]),
            ...(approval === undefined ? [] : [printable(approvalText(approval))]),
        ].map((line) => `    ${wrapText(line, "      ", width)}`),
        ...differences.map((each) => `    ${differenceLine(each, paint)}`),
        ...routes.map((each) => `    ${wrapText(printable(each), "      ", width)}`),
    ];
}

const lineStyles: Readonly<Record<DiffLine["sign"], Style | undefined>> = {
    "+": "good",
    "-": "error",
    "!": "warning",
    " ": undefined,
};

function differenceLine({ sign, text }: DiffLine, paint: Paint): string {
    const style = lineStyles[sign];
    const line = `${sign} ${printable(text)}`;
    return style === undefined ? line : paint(style, line);
}

const problemWords: Readonly<Record<ReportProblem["kind"], readonly [string, Style]>> = {
    unreadable: ["unreadable", "error"],
    unreachable: ["unreachable", "error"],
    finding: ["to fix", "error"],
    note: ["note", "faint"],
};

function problemLines(problems: readonly ReportProblem[], { paint, width }: Page): readonly string[] {
    return problems.map(({ kind, text }) => {
        const [word, style] = problemWords[kind];
        return `${paint(style, word)}: ${wrapText(printable(text), "  ", width)}`;
    });
}

function stackParts(stack: StackReport, namesStack: boolean, page: Page): readonly (readonly string[])[] {
    const where = namesStack ? `${printable(stack.stack)}: ` : "";
    const { engine } = stack;
    return [
        tableLines(settingsTable(stack), where, page),
        ...(engine === undefined
            ? []
            : [
                  [wrapText(`${where}${printable(engineSummary(engine))}`, "  ", page.width)],
                  ...engineTables(engine).map((each) => tableLines(each, where, page)),
              ]),
    ];
}

/** One line per row, because a terminal is narrow and text is searched by line. A cell begins with the title of its column, except for plain columns. */
function tableLines(
    { title, head, rows }: ReportTable,
    where: string,
    { paint, width }: Page,
): readonly string[] {
    if (rows.length === 0) {
        return [];
    }
    return [
        paint("name", `${where}${title}`),
        ...rows.map((row) => `  ${wrapText(rowText(row, head, paint), "    ", width)}`),
    ];
}

/** Columns that are shown without their titles. */
const plainColumns = ["severity", "object", "what", "value", "provider"];

function rowText(row: readonly Phrase[], head: readonly string[], paint: Paint): string {
    return row
        .map((cell, index) => ({ text: inText(cell, paint), title: head[index] ?? "" }))
        .filter(({ text }) => text !== "")
        .map(({ text, title }, index) => {
            const separator = index === 0 ? "" : title === "value" ? ": " : "; ";
            return `${separator}${plainColumns.includes(title) ? "" : `${title}: `}${text}`;
        })
        .join("");
}

function inText(phrase: Phrase, paint: Paint): string {
    return phrase.map((part) => partText(part, paint)).join("");
}

function partText({ style, text }: Part, paint: Paint): string {
    const shown = printable(text);
    return style === "name" ? `"${shown}"` : style === "strong" ? paint("error", shown) : shown;
}
