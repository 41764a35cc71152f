import type { Finding } from "../finding.ts";
import type { FindingState } from "../versionComparison.ts";

/** Where a finding's object is defined; lines and columns count from 1. */
export interface Location {
    /** Relative to the repository, with slashes. */
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
}

/** A finding with its location and its acceptance. */
export interface ReportedFinding {
    readonly finding: Finding;
    /** `undefined` for a live broker, which has no lines. Computed when it is first read. */
    readonly location: Location | undefined;
    /** The reason of the baseline entry that accepts it. */
    readonly accepted?: string;
    /** How the target version changes it. @default - no target version is set */
    readonly state?: FindingState;
}

/** Finds the location of a finding's object. */
export type Locator = (finding: Finding) => Location | undefined;

/** The number of findings of each severity for the checked version, and of accepted ones. */
export interface Counts {
    readonly errors: number;
    readonly warnings: number;
    readonly notes: number;
    readonly accepted: number;
    /** New with the target version. */
    readonly new: number;
    /** No longer found for the target version; not counted elsewhere. */
    readonly absent: number;
}

/** Counts findings by severity; accepted findings count as notes. */
export function countsOf(findings: readonly ReportedFinding[]): Counts {
    const present = findings.filter(({ state }) => state !== "absent");
    const count = (severity: Finding["severity"]): number =>
        present.filter(({ finding }) => finding.severity === severity).length;
    return {
        errors: count("error"),
        warnings: count("warning"),
        notes: count("note"),
        accepted: present.filter(({ accepted }) => accepted !== undefined).length,
        new: present.filter(({ state }) => state === "new").length,
        absent: findings.length - present.length,
    };
}
