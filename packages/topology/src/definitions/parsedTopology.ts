import type { Topology } from "../model/index.ts";
import type { InputProblem } from "./inputProblem.ts";
import type { Origins } from "./origins.ts";

/** A topology that was read from an input, with the input's problems and the paths of its objects. */
export interface ParsedTopology {
    readonly topology: Topology;
    readonly problems: readonly InputProblem[];
    readonly origins: Origins;
}
