import type { Topology } from "../model/index.ts";
import type { ChangedObject } from "../review/compare/change.ts";
import type { Review } from "../review/report/review.ts";
import type { Repair } from "./repair.ts";

/** A live broker compared with what is declared for it. */
export interface DriftReport {
    readonly stack: string;
    readonly broker: { readonly endpoint: string; readonly version: string; readonly user: string };
    /** What is declared, and what the broker has, as far as the user who asks can see both. */
    readonly before: Topology;
    readonly after: Topology;
    /** The differences: what was changed on the broker. */
    readonly review: Review;
    /** What repairs a change of the review, by its id. */
    readonly repairs: ReadonlyMap<string, Repair>;
    /** What differs besides the objects that a topology declares. */
    readonly findings: readonly DriftFinding[];
    /** What is worth knowing and no difference. */
    readonly notes: readonly string[];
    /** What could not be compared. */
    readonly unseen: readonly UnseenPart[];
}

/** A difference in the state of the broker. */
export interface DriftFinding {
    /** The same in every run: `password user gateway`. */
    readonly id: string;
    readonly object: ChangedObject;
    readonly text: string;
    readonly repair: Repair;
    /** How old the statistics may be that it comes from, in milliseconds. 0: it is read directly. */
    readonly maxAge: number;
}

/** A part of the comparison that is missing. */
export interface UnseenPart {
    readonly what: string;
    readonly why: string;
}

/** The number of differences: causes of the review, and findings. */
export function driftCount({ review, findings }: DriftReport): number {
    return review.causes.length + findings.length;
}

/** The ids of all differences. */
export function driftIds({ review, findings }: DriftReport): readonly string[] {
    return [...review.causes, ...findings].map(({ id }) => id);
}
