import { table } from "../tables.ts";
import type { ErasureReport } from "./eraseMails.ts";
import { nameScope } from "./scope.ts";

/** The report for people. */
export function renderErasure({ scope, dryRun, before, after, parked }: ErasureReport): string {
    const now: Readonly<Record<string, number>> = { ...after };
    const services = Object.entries<number>({ ...before }).map(([service, count]) => [
        service,
        count,
        now[service] ?? 0,
    ]);
    const queues = parked
        .filter(({ matching, others }) => matching + others > 0)
        .map(({ queue, matching, others, unreadable }) => [queue, matching, others, unreadable]);
    const removed = dryRun ? "would be removed" : "removed";
    return [
        `${dryRun ? "would erase" : "erased"} ${nameScope(scope)}`,
        render(["service", "records before", "records now"], services),
        ...(queues.length === 0
            ? ["no dead letters"]
            : [render(["dead letters in", removed, "others", "of them without id or time"], queues)]),
        ...(isErased({ after, dryRun }) ? [] : ["not everything is erased yet; run the command again"]),
    ].join("\n\n");
}

/** Whether nothing is left. */
export function isErased({ after, dryRun }: Pick<ErasureReport, "after" | "dryRun">): boolean {
    return dryRun || Object.values<number>({ ...after }).every((count) => count === 0);
}

function render(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
    const drawn = table(
        [...head],
        head.map((_, column) => (column === 0 ? "left" : "right")),
    );
    drawn.push(...rows.map((row) => [...row]));
    return drawn.toString();
}
