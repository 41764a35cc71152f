import type { Severity } from "../finding.ts";
import type { FindingState } from "../versionComparison.ts";
import type { ReportedFinding } from "./reportedFinding.ts";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

const titles: Readonly<Record<FindingState, string>> = {
    new: " (new with the target version)",
    unchanged: "",
    absent: " (absent with the target version)",
};

/**
 * Findings as GitHub workflow commands, one per line; GitHub shows each at its source line.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function renderAnnotations(findings: readonly ReportedFinding[]): string {
    return findings
        .map(({ finding: { rule, severity, place, message, fix }, location, accepted, state }) => {
            const properties = [
                ["file", location?.file],
                ["line", location?.line],
                ["col", location?.column],
                ["title", `${rule}${titles[state ?? "unchanged"]}`],
            ]
                .filter((pair): pair is [string, string | number] => pair[1] !== undefined)
                .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
                .join(",");
            const reason = accepted === undefined ? "" : ` (accepted: ${accepted})`;
            // An absent finding is only informative.
            const command = state === "absent" ? commands.note : commands[severity];
            return `::${command} ${properties}::${escapeData(`${place}: ${message}; ${fix}${reason}`)}`;
        })
        .join("\n");
}

/** A line break would end the command; escapes begin with a percent sign. */
function escapeData(text: string): string {
    return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

/** A property also ends at a colon or a comma. */
function escapeProperty(text: string): string {
    return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
