import type { Edit } from "../edits.ts";
import type { ValidTopologyName } from "./validTopologies.ts";

/** One way to break a valid topology, and the rule that must find it. */
export interface Mutation {
    readonly rule: string;
    readonly name: string;
    readonly of: ValidTopologyName;
    readonly edit: Edit;
}

type Row = readonly [rule: string, name: string, edit: Edit];

export const spot = ["spot on 4.3", "spot on 4.0", "spot in prod"] as const;

/** Applies each row to each topology. */
export function mutationsOf(of: readonly ValidTopologyName[], rows: readonly Row[]): readonly Mutation[] {
    return of.flatMap((base) => rows.map(([rule, name, edit]) => ({ rule, name, of: base, edit })));
}
