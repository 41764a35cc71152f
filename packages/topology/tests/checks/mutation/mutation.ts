import type { Edit } from "../edits.ts";
import type { SoundName } from "./sound.ts";

/** One way to break a sound topology, and the rule that is meant to find it. */
export interface Mutation {
    readonly rule: string;
    readonly name: string;
    readonly of: SoundName;
    readonly edit: Edit;
}

type Row = readonly [rule: string, name: string, edit: Edit];

export const spot = ["spot on 4.3", "spot on 4.0", "spot in prod"] as const;

/** Each row applied to each of the topologies. */
export function mutationsOf(of: readonly SoundName[], rows: readonly Row[]): readonly Mutation[] {
    return of.flatMap((base) => rows.map(([rule, name, edit]) => ({ rule, name, of: base, edit })));
}
