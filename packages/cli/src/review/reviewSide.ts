import type { Topology } from "@spot-messaging/topology";
import type { Approvals, Origin, ReportProblem } from "@spot-messaging/topology/review";

/** One version of the topologies under review. */
export interface ReviewSide {
    readonly origin: Origin;
    /** By name; a file or a broker that belongs to no stack stands under the empty one. */
    readonly stacks: ReadonlyMap<string, SideStack>;
    /** Whether it holds all stacks that there are, so that one which it does not hold does not exist. */
    readonly isProject: boolean;
    /** Whether a broker wrote it, which does not know all that the program knows. */
    readonly isExported: boolean;
    /** What keeps all of it from being read. */
    readonly problems: readonly ReportProblem[];
    readonly approvals: Approvals | readonly ReportProblem[];
    /** Says that a stack is not there. */
    readonly missing: (stack: string) => string;
}

/** A stack on one side: either it could be read, or it is told why not. */
export type SideStack = { readonly topology: Topology } | { readonly problems: readonly ReportProblem[] };
