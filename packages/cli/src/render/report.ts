import type { Part, Phrase, ReportTable } from "@spot-messaging/topology/render";
import {
    approvalEntries,
    approvalText,
    type DestructiveChange,
    destructiveChangesOf,
    engineSummary,
    engineTables,
    type Headline,
    headlines,
    printable,
    provenanceTable,
    type ReviewStatus,
    redactedReport,
    tablesOf,
} from "@spot-messaging/topology/render";
import type { Report, ReportProblem, StackReport } from "@spot-messaging/topology/review";
import type { Page, Paint, Style } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** The full report for a terminal. Colours only repeat what words say. */
export function renderReportText(report: Report, page: Page): string {
    const shown = redactedReport(report);
    const { stacks, unread, problems } = shown;
    const changes = stacks.flatMap(destructiveChangesOf);
    const namesStack = stacks.length > 1;
    return [
        headlines(shown).map((each) => headingLine(each, page)),
        ...approvalParts(changes, namesStack, page),
        problemLines([...problems, ...[...unread, ...stacks].flatMap((each) => each.problems)], page),
        ...stacks.flatMap((each) => stackParts(each, namesStack, page)),
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

function approvalParts(
    changes: readonly DestructiveChange[],
    namesStack: boolean,
    page: Page,
): readonly (readonly string[])[] {
    const open = changes.filter(({ approval }) => approval === undefined);
    const agreed = changes.filter(({ approval }) => approval !== undefined);
    const { file, lines } = approvalEntries(open, namesStack);
    return [
        ...group("needs approval before deployment", open, namesStack, page),
        ...(open.length === 0
            ? []
            : [[`to approve, add this to ${file}, with a reason:`, ...lines.map((line) => `  ${line}`)]]),
        ...group("destructive, approved", agreed, namesStack, page),
    ];
}

function group(
    title: string,
    changes: readonly DestructiveChange[],
    namesStack: boolean,
    page: Page,
): readonly (readonly string[])[] {
    return changes.length === 0
        ? []
        : [[page.paint("name", title), ...changes.flatMap((each) => changeLines(each, namesStack, page))]];
}

function changeLines(
    danger: DestructiveChange,
    namesStack: boolean,
    { paint, width }: Page,
): readonly string[] {
    const { id, stack, outcome, reasons, moreReasons, difference, live, safeWay, approval } = danger;
    const where = namesStack ? ` in stack "${printable(stack)}"` : "";
    const style: Style = approval === undefined ? "error" : "warning";
    return [
        `  ${paint("name", printable(id))}${where}: ${paint(style, outcome)}`,
        ...[
            ...reasons.map(
                ({ text, rule }) =>
                    `why: ${printable(text)}${rule === undefined ? "" : ` (${printable(rule.id)}, ${printable(rule.source)})`}`,
            ),
            ...(moreReasons === 0 ? [] : [`and ${moreReasons} more reasons`]),
            ...(difference.length === 0 ? [] : [`what differs: ${inText(difference, paint)}`]),
            ...live.map((each) => `live: ${printable(each)}`),
            ...(safeWay === undefined ? [] : [`safe way: ${printable(safeWay)}`]),
            ...(approval === undefined ? [] : [printable(approvalText(approval))]),
        ].map((line) => `    ${wrapText(line, "      ", width)}`),
    ];
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
        ...tablesOf(stack).map((each) => tableLines(each, where, page)),
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
const plainColumns = ["change", "routing key", "severity", "object", "what", "user", "provider"];

function rowText(row: readonly Phrase[], head: readonly string[], paint: Paint): string {
    return row
        .map((cell, index) => ({ text: inText(cell, paint), title: head[index] ?? "" }))
        .filter(({ text }) => text !== "")
        .map(({ text, title }) => (plainColumns.includes(title) ? text : `${title}: ${text}`))
        .join("; ");
}

function inText(phrase: Phrase, paint: Paint): string {
    return phrase.map((part) => partText(part, paint)).join("");
}

function partText({ style, text }: Part, paint: Paint): string {
    const shown = printable(text);
    return style === "name" ? `"${shown}"` : style === "strong" ? paint("error", shown) : shown;
}
