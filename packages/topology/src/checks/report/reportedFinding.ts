import type { Finding } from "../finding.ts";
import type { FindingState } from "../versionComparison.ts";

/** Where a finding's object is written; lines and columns count from 1. */
export interface Location {
    /** As a code host names it: relative to the repository, with slashes. */
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
}

/** A finding with what is known besides: where its object is written, and whether somebody accepted it. */
export interface ReportedFinding {
    readonly finding: Finding;
    /** `undefined`: nowhere, as a live broker has no lines. Looked up when it is read. */
    readonly location: Location | undefined;
    /** Why it is accepted: the reason of the baseline's entry. */
    readonly accepted?: string;
    /** Whether it comes or goes with the version that was asked about. @default - no other version was asked about */
    readonly state?: FindingState;
}

/** Finds where the object of a finding is written. */
export type Locator = (finding: Finding) => Location | undefined;

/** How many of each severity there are for the version that was asked about, and how many of the notes were accepted. */
export interface Counts {
    readonly errors: number;
    readonly warnings: number;
    readonly notes: number;
    readonly accepted: number;
    /** How many are new with that version. */
    readonly new: number;
    /** How many are no longer found for it; they count nowhere else. */
    readonly absent: number;
}

/** How many findings there are of each severity, those of the baseline apart. */
export function countsOf(judgements: readonly ReportedFinding[]): Counts {
    const present = judgements.filter(({ state }) => state !== "absent");
    const count = (severity: Finding["severity"]): number =>
        present.filter(({ finding }) => finding.severity === severity).length;
    return {
        errors: count("error"),
        warnings: count("warning"),
        notes: count("note"),
        accepted: present.filter(({ accepted }) => accepted !== undefined).length,
        new: present.filter(({ state }) => state === "new").length,
        absent: judgements.length - present.length,
    };
}
