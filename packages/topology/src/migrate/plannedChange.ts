import type { Topology } from "../model/index.ts";
import type { Migration, StageId } from "./migration.ts";

/** A change and its migrations. */
export interface PlannedChange {
    readonly before: Topology;
    readonly after: Topology;
    readonly migrations: readonly Migration[];
}

/** Whether replaced objects are already those of the topology after the change. */
export function isReplaced(id: StageId): boolean {
    return id === "replace" || id === "return" || id === "finish";
}

/** Everything of both lists; where both have an object, that of the first. */
export function both<T>(
    first: readonly T[],
    second: readonly T[],
    identityOf: (each: T) => string,
): readonly T[] {
    const existing = new Set(first.map(identityOf));
    return [...first, ...second.filter((each) => !existing.has(identityOf(each)))];
}
