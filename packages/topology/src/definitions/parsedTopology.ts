import type { Topology } from "../model/index.ts";
import type { InputProblem } from "./inputProblem.ts";
import type { Origins } from "./origins.ts";

/** What an input says, what is to be said about it, and where its objects stand. */
export interface ParsedTopology {
    readonly topology: Topology;
    readonly problems: readonly InputProblem[];
    readonly origins: Origins;
}
