import { emptyTopology } from "../../src/model/emptyTopology.ts";
import type { Topology } from "../../src/model/index.ts";

/** A topology of 4.3 with nothing in it but what `parts` says. */
export function topologyOf(parts: Partial<Topology>): Topology {
    return {
        ...emptyTopology("4.3"),
        vhosts: [{ name: "v" }],
        ...parts,
    };
}
