import { inBoth } from "./pairs.js";
import { queuePlace } from "./place.js";
import type { Problem } from "./rule.js";
import type { Subject } from "./subject.js";

/** The queues for which a limit gets lower, or begins to exist; a negative limit is none. */
export function lowered(
    before: Subject,
    after: Subject,
    keys: readonly string[],
    consequence: string,
): readonly Problem[] {
    return inBoth(before.topology.queues, after.queueNamed).flatMap(({ was, is }) =>
        keys.flatMap((key) => {
            const from = limit(before.inForce(was, key));
            const to = limit(after.inForce(is, key));
            return to >= from
                ? []
                : [
                      {
                          place: queuePlace(is),
                          message: `lowers "${key}" from ${Number.isFinite(from) ? from : "no limit"} to ${to}: ${consequence}`,
                          fix: `let the queue empty first, or keep "${key}"`,
                      },
                  ];
        }),
    );
}

function limit(value: unknown): number {
    return typeof value === "number" && value >= 0 ? value : Number.POSITIVE_INFINITY;
}
