import type { Arguments, Queue } from "../model/index.js";

type Named = Pick<Queue, "vhost" | "name">;

/** What a change leaves in place: the same object before and after. */
export function inBoth<T extends Named>(
    before: readonly T[],
    afterNamed: (vhost: string, name: string) => T | undefined,
): readonly { readonly was: T; readonly is: T }[] {
    return before.flatMap((was) => {
        const is = afterNamed(was.vhost, was.name);
        return is === undefined ? [] : [{ was, is }];
    });
}

/** The keys that two tables do not have alike, sorted. */
export function changedKeys(before: Arguments, after: Arguments): readonly string[] {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
        .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
        .sort();
}
