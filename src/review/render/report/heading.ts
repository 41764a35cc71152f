import type { Report, ReportProblem, StackReport } from "../../report.js";
import { plain } from "../markdown.js";
import { counted } from "../units.js";
import { clippedText } from "./phrase.js";
import { problemRemarks, remarksOf, type Standing, standingOf } from "./standing.js";

const signs: Readonly<Record<Standing, string>> = {
    blocked: "🛑",
    unknown: "❓",
    approved: "⚠️",
    harmless: "✅",
};

/** What a reviewer reads first of a stack. */
export function verdictLine(stack: StackReport, longest = Number.POSITIVE_INFINITY): string {
    const behind = remarksOf(stack).map((each) => ` — ${each}`);
    const line = clippedText(stack.review.verdict.line, longest);
    return `**${signs[standingOf(stack)]} ${plain(line)}${behind.join("")}**`;
}

/** What is to be said first beside the stacks. */
export function reportRemarks({ stacks, problems }: Report): readonly string[] {
    const remarks = problemRemarks(problems);
    return [
        ...(stacks.length === 0 ? ["**no stack to compare**", ""] : []),
        ...(remarks.length === 0 ? [] : [`**🛑 of no single stack: ${remarks.join(", ")}**`, ""]),
    ];
}

const problemWords: Readonly<Record<ReportProblem["kind"], string>> = {
    unreadable: "**unreadable**",
    unreachable: "**no answer**",
    finding: "**to settle**",
    note: "note",
};

/** Every problem, those of no single stack first. */
export function problemParts(
    { problems, stacks }: Report,
    { most, longest }: { readonly most: number; readonly longest: number },
): readonly string[] {
    const all = [...problems, ...stacks.flatMap((each) => each.problems)];
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
