/** Something that a person must know before trusting the report. */
export interface ReportProblem {
    readonly kind: ProblemKind;
    /** A sentence: place, thing in quotes, what is wrong, way out. */
    readonly text: string;
}

/**
 * What a problem means for the outcome.
 *
 * - `note`: no effect on the outcome.
 * - `finding`: a person must act before the change is deployed.
 * - `unreachable`: the live broker did not answer.
 * - `unreadable`: a part of the input could not be read, so the report is incomplete.
 */
export const problemKinds = ["unreadable", "unreachable", "finding", "note"] as const;

/** The kind of a problem. All kinds but `note` make the command fail. */
export type ProblemKind = (typeof problemKinds)[number];
