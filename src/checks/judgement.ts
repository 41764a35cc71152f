import type { Finding } from "./finding.js";

/** Where a finding's object is written; lines and columns count from 1. */
export interface Location {
    /** As a code host names it: relative to the repository, with slashes. */
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
}

/** A finding with what is known besides: where its object is written, and whether somebody accepted it. */
export interface Judgement {
    readonly finding: Finding;
    /** `undefined`: nowhere, as a live broker has no lines. Looked up when it is read. */
    readonly location: Location | undefined;
    /** Why it is accepted: the reason of the baseline's entry. */
    readonly accepted?: string;
}

/** Finds where the object of a finding is written. */
export type Locator = (finding: Finding) => Location | undefined;

/** How many of each severity there are, and how many of the notes were accepted. */
export interface Counts {
    readonly errors: number;
    readonly warnings: number;
    readonly notes: number;
    readonly accepted: number;
}

export function countsOf(judgements: readonly Judgement[]): Counts {
    const count = (severity: Finding["severity"]): number =>
        judgements.filter(({ finding }) => finding.severity === severity).length;
    return {
        errors: count("error"),
        warnings: count("warning"),
        notes: count("note"),
        accepted: judgements.filter(({ accepted }) => accepted !== undefined).length,
    };
}
