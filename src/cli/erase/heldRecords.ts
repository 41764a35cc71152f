import type { StoredRecords } from "../account/records.ts";
import type { Scope } from "./scope.ts";

/** How many records about what is erased each service has. */
export interface HeldRecords {
    readonly gateway: number;
    readonly "analyzer-orchestrator": number;
    readonly "result-processor": number;
    readonly notifier: number;
}

/** Counts the records about what is erased. */
export function countRecords(records: StoredRecords, scope: Scope): HeldRecords {
    const count = (list: readonly { readonly id: string | null; readonly at: number }[]): number =>
        list.filter(({ id, at }) => ("id" in scope ? id === scope.id : at * 1_000 < scope.before.getTime()))
            .length;
    return {
        gateway: count(records.submissions),
        "analyzer-orchestrator": count(records.analyses),
        "result-processor": count(records.results),
        notifier: count(records.notifications),
    };
}
