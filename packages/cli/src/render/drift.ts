import type { DriftParagraph } from "@spot-messaging/topology/render";
import { driftLine, driftParagraphs, printable } from "@spot-messaging/topology/render";
import type { DriftReport } from "@spot-messaging/topology/review";
import type { Page } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** A drift for a person: each difference with what repairs it, then what could not be compared. */
export function renderDrift(report: DriftReport, page: Page): string {
    const { unseen, notes } = report;
    const paragraphs = driftParagraphs(report);
    const { paint, width } = page;
    const line = (text: string): string => `  ${wrapText(printable(text), "    ", width)}`;
    return [
        [
            paint(
                paragraphs.length === 0 ? "good" : "error",
                wrapText(printable(driftLine(report)), "  ", width),
            ),
        ],
        paragraphs.flatMap((each) => paragraphLines(each, page)),
        unseen.length === 0
            ? []
            : [paint("name", "not compared"), ...unseen.map(({ what, why }) => line(`${what}: ${why}`))],
        notes.map((each) => `${paint("faint", "note")}: ${wrapText(printable(each), "  ", width)}`),
    ]
        .filter(({ length }) => length > 0)
        .map((lines) => lines.join("\n"))
        .join("\n\n");
}

/** The lines of one difference. */
export function paragraphLines(
    { title, outcome, reasons, differences, repairs }: DriftParagraph,
    { paint, width }: Page,
): readonly string[] {
    const lines = [...reasons.map((text) => `why: ${text}`), ...repairs.map(({ text }) => `repair: ${text}`)];
    return [
        `  ${wrapText(`${paint("name", printable(title))}${outcome === "" ? "" : `: ${paint("error", outcome)}`}`, "    ", width)}`,
        ...lines.map((text) => `    ${wrapText(printable(text), "      ", width)}`),
        ...differences.map(({ sign, text }) => `    ${sign} ${printable(text)}`),
    ];
}
