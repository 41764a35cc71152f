import type { Topology } from "@spot-messaging/topology";
import type { Baseline } from "@spot-messaging/topology/check";
import type { Component } from "@spot-messaging/topology/definitions";
import type { Approvals, Origin, ReportProblem } from "@spot-messaging/topology/review";

/** One side of the comparison: base or head. */
export interface ReviewSide {
    readonly origin: Origin;
    /** The newest commit of the base's branch, if the merge base is compared instead of it. */
    readonly tip?: string;
    /** By name. A file or a broker without a stack has the empty name. */
    readonly stacks: ReadonlyMap<string, SideStack>;
    /** Whether it contains all stacks of a project, so that a missing stack does not exist. */
    readonly isProject: boolean;
    /** Whether a broker exported it. An export lacks what only the program knows. */
    readonly isExported: boolean;
    /** Why no stack can be read. */
    readonly problems: readonly ReportProblem[];
    /** The SHA-256 digests of the project's files that were read, by path. Empty for a file or a broker. */
    readonly digests: ReadonlyMap<string, string>;
    readonly approvals: Approvals | readonly ReportProblem[];
    /** The accepted findings of the project; an unreadable baseline accepts none. */
    readonly baseline?: Baseline;
    /** The beginning of a sentence about a missing stack. */
    readonly missingText: (stack: string) => string;
}

/** A stack on one side: its topology, or the problems that make it unreadable. */
export type SideStack =
    | { readonly topology: Topology; readonly component?: Component }
    | { readonly problems: readonly ReportProblem[] };
