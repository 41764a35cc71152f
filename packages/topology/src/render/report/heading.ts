import type { Report, ReportProblem } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";
import { plain } from "../markdown.ts";
import { clippedText } from "./phrase.ts";
import { type Headline, headlines, type ReviewStatus } from "./reviewStatus.ts";

const signs: Readonly<Record<ReviewStatus, string>> = {
    blocked: "🛑",
    unknown: "❓",
    approved: "⚠️",
    harmless: "✅",
};

/** What a reviewer reads first, each line followed by an empty one. */
export function headingParts(report: Report, longest = Number.POSITIVE_INFINITY): readonly string[] {
    return headlines(report).flatMap((each) => [headingLine(each, longest), ""]);
}

export function headingLine({ status, text, remarks }: Headline, longest: number): string {
    const behind = remarks.map((each) => ` — ${each}`);
    return `**${signs[status]} ${plain(clippedText(text, longest))}${behind.join("")}**`;
}

const problemWords: Readonly<Record<ReportProblem["kind"], string>> = {
    unreadable: "**unreadable**",
    unreachable: "**no answer**",
    finding: "**to settle**",
    note: "note",
};

/** Every problem, those of no single stack first. */
export function problemParts(
    { problems, unread, stacks }: Report,
    { most, longest }: { readonly most: number; readonly longest: number },
): readonly string[] {
    const all = [...problems, ...[...unread, ...stacks].flatMap((each) => each.problems)];
    const rest = all.length - most;
    return all.length === 0
        ? []
        : [
              "#### Before trusting it",
              "",
              ...all
                  .slice(0, most)
                  .map(({ kind, text }) => `- ${problemWords[kind]}: ${plain(clippedText(text, longest))}`),
              ...(rest > 0 ? [`- and ${counted(rest, "problem")} more`] : []),
              "",
          ];
}
