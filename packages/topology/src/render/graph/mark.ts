import type { Topology } from "../../model/index.ts";
import { identities } from "../../review/compare/canonical.ts";

/** How a review marks an object. `replaced`: deleted and created again. */
export type Mark = "added" | "removed" | "changed" | "replaced";

/** The sign before a marked name, so that the mark does not depend on colours. */
export const markSigns: Readonly<Record<Mark, string>> = {
    added: "+",
    removed: "−",
    changed: "~",
    replaced: "⟳",
};

/** The marks of objects by {@link markKey}. An unchanged object has none. */
export type Marks = ReadonlyMap<string, Mark>;

/** The lists whose objects a graph shows. */
type Shown = "exchanges" | "queues" | "bindings" | "services";

/** The key of an object among the marks. */
export function markKey<List extends Shown>(list: List, object: Topology[List][number]): string {
    const identityOf = identities[list] as (each: Topology[List][number]) => string; // the identity of the same list
    return `${list} ${identityOf(object)}`;
}

/** Text with its mark's sign before it. */
export function signed(text: string, mark: Mark | undefined): string {
    return mark === undefined ? text : `${markSigns[mark]} ${text}`;
}
