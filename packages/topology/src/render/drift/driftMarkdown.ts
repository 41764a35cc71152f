import type { DriftReport } from "../../drift/drift.ts";
import { counted } from "../../text/units.ts";
import { diffBlock, folded, plain } from "../markdown.ts";
import { type DriftParagraph, driftLine, driftParagraphs } from "./driftParagraphs.ts";

/** How many differences are shown, so that the text stays below the limit of a comment. */
const paragraphsShown = 50;
const linesShown = 24;

/** A drift for the summary of a pipeline or a comment. */
export function renderDriftMarkdown(report: DriftReport): string {
    const paragraphs = driftParagraphs(report);
    const rest = paragraphs.length - paragraphsShown;
    return [
        `### ${paragraphs.length === 0 ? "✅" : "🛑"} ${plain(driftLine(report))}`,
        "",
        ...paragraphs.slice(0, paragraphsShown).flatMap(paragraphLines),
        ...(rest > 0 ? [`and ${counted(rest, "difference")} more`, ""] : []),
        ...folded(
            `What could not be compared: ${counted(report.unseen.length, "part")}`,
            listOf(report.unseen.map(({ what, why }) => `${what}: ${why}`)),
        ),
        ...folded(`Notes: ${report.notes.length}`, listOf(report.notes)),
    ]
        .join("\n")
        .trimEnd();
}

function paragraphLines({
    title,
    outcome,
    reasons,
    differences,
    repairs,
}: DriftParagraph): readonly string[] {
    const lines = differences.slice(0, linesShown).map(({ sign, text }) => `${sign} ${text}`);
    return [
        `- **${plain(title)}**${outcome === "" ? "" : `: ${plain(outcome)}`}`,
        ...reasons.map((each) => `  - Why: ${plain(each)}`),
        ...repairs.map(({ text }) => `  - Repair: ${plain(text)}`),
        "",
        ...(lines.length === 0 ? [] : diffBlock(lines)),
    ];
}

function listOf(texts: readonly string[]): readonly string[] {
    return texts.length === 0 ? [] : [...texts.map((each) => `- ${plain(each)}`), ""];
}
