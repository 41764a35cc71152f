import type { Severity } from "../finding.ts";
import type { ReportedFinding } from "./reportedFinding.ts";

/** An entry of GitLab's code quality report. */
export interface CodeQualityIssue {
    readonly description: string;
    readonly check_name: string;
    /** Identifies the same finding in the next run, even if its line has moved. */
    readonly fingerprint: string;
    readonly severity: "info" | "minor" | "major";
    readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const severities: Readonly<Record<Severity, CodeQualityIssue["severity"]>> = {
    error: "major",
    warning: "minor",
    note: "info",
};

/** A live broker has no files, but GitLab requires a path. */
const noPath = "topology";

/**
 * Findings as a code quality report, which GitLab shows in merge requests. It has no entries for accepted findings, because GitLab would show them
 * like the others.
 * @param hash gives texts of a fixed length
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function toCodeQuality(
    findings: readonly ReportedFinding[],
    hash: (text: string) => string,
): readonly CodeQualityIssue[] {
    return findings
        .filter(({ accepted, state }) => accepted === undefined && state !== "absent")
        .map(({ finding: { rule, severity, place, message, fix }, location }) => ({
            description: `${place}: ${message}; ${fix}`,
            check_name: rule,
            fingerprint: hash(JSON.stringify([rule, place, message])),
            severity: severities[severity],
            location: {
                path: location?.file.replace(/^\.\//u, "") ?? noPath,
                lines: { begin: location?.line ?? 1 },
            },
        }));
}
