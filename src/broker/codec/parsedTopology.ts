import type { Topology } from "../../model/index.js";
import type { InputProblem } from "./inputProblem.js";
import type { Origins } from "./origins.js";

/** What an input says, what is to be said about it, and where its objects stand. */
export interface ParsedTopology {
    readonly topology: Topology;
    readonly problems: readonly InputProblem[];
    readonly origins: Origins;
}
