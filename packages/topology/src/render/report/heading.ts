import type { Report, ReportProblem } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";
import { plain } from "../markdown.ts";
import { clippedText } from "./phrase.ts";
import { distinctProblems, type Headline, headlines, type ReviewStatus } from "./reviewStatus.ts";

const signs: Readonly<Record<ReviewStatus, string>> = {
    blocked: "🛑",
    unknown: "❓",
    approved: "⚠️",
    harmless: "✅",
};

/** The headlines, each followed by an empty line. */
export function headingParts(report: Report): readonly string[] {
    return headlines(report).flatMap((each) => [headingLine(each, Number.POSITIVE_INFINITY), ""]);
}

export function headingLine({ status, text, remarks }: Headline, maxLength: number): string {
    const suffixes = remarks.map((each) => ` — ${each}`);
    return `**${signs[status]} ${plain(clippedText(text, maxLength))}${suffixes.join("")}**`;
}

const problemWords: Readonly<Record<ReportProblem["kind"], string>> = {
    unreadable: "**unreadable**",
    unreachable: "**unreachable**",
    finding: "**to fix**",
    note: "note",
};

/** All problems: first those that do not belong to a single stack. */
export function problemParts(
    report: Report,
    { maxShown, maxLength }: { readonly maxShown: number; readonly maxLength: number },
): readonly string[] {
    const all = distinctProblems(report);
    const rest = all.length - maxShown;
    return all.length === 0
        ? []
        : [
              "#### Problems of this review",
              "",
              ...all
                  .slice(0, maxShown)
                  .map(({ kind, text }) => `- ${problemWords[kind]}: ${plain(clippedText(text, maxLength))}`),
              ...(rest > 0 ? [`- and ${counted(rest, "problem")} more`] : []),
              "",
          ];
}
