import type { Vhost } from "../model/index.ts";
import type { InputProblems } from "./inputProblem.ts";

/** The parts of the export that objects are read with. */
export interface DefinitionsContext {
    readonly problems: InputProblems;
    /** The virtual host of objects without one, as in the export of a single virtual host; `undefined` if every object must name it. */
    readonly onlyVhost: string | undefined;
    readonly vhosts: ReadonlyMap<string, Vhost>;
}
