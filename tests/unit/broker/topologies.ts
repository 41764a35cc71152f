import { emptyTopology } from "../../../src/broker/emptyTopology.js";
import type { Topology } from "../../../src/model/index.js";

/** A topology of 4.3 with nothing in it but what `parts` says. */
export function topologyOf(parts: Partial<Topology>): Topology {
    return {
        ...emptyTopology("4.3"),
        vhosts: [{ name: "v" }],
        ...parts,
    };
}
