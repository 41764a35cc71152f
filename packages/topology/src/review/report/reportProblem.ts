/** Something that a person must know before trusting the report. */
export interface ReportProblem {
    readonly kind: ProblemKind;
    /** A sentence: place, thing in quotes, what is wrong, way out. */
    readonly text: string;
}

/**
 * What a problem means for the outcome.
 *
 * - `note`: nothing; it is told.
 * - `finding`: somebody must act before the change is applied.
 * - `unreachable`: the live broker gave no answer.
 * - `unreadable`: a part of the input could not be read, so that the report does not know everything.
 */
export const problemKinds = ["unreadable", "unreachable", "finding", "note"] as const;

/** What kind of problem stands in a report; all but `note` keep it from being good. */
export type ProblemKind = (typeof problemKinds)[number];
