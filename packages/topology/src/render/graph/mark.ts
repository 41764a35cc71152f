import type { Topology } from "../../model/index.ts";
import { identities } from "../../review/compare/canonical.ts";

/** What a review says of an object; `replaced`: deleted and made anew. */
export type Mark = "added" | "removed" | "changed" | "replaced";

/** The signs that stand before what is marked, so that nobody needs colours to see it. */
export const markSigns: Readonly<Record<Mark, string>> = {
    added: "+",
    removed: "−",
    changed: "~",
    replaced: "⟳",
};

/** The marks of objects by {@link markKey}; what has none is as it was. */
export type Marks = ReadonlyMap<string, Mark>;

/** The lists whose objects a graph shows. */
type Shown = "exchanges" | "queues" | "bindings" | "services";

/** The key of an object among the marks. */
export function markKey<List extends Shown>(list: List, object: Topology[List][number]): string {
    const identityOf = identities[list] as (each: Topology[List][number]) => string; // the one of the same list
    return `${list} ${identityOf(object)}`;
}

/** Text with its mark's sign before it. */
export function signed(text: string, mark: Mark | undefined): string {
    return mark === undefined ? text : `${markSigns[mark]} ${text}`;
}
