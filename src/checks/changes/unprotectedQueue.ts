import { inBoth } from "../pairs.js";
import { queuePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const unprotectedQueue: ChangeRule = {
    id: "unprotectedQueue",
    severity: "warning",
    reason: "A queue loses its protection, so the next change may delete or replace it with its messages and nothing stops it.",
    fix: "Keep the queue protected; take the protection off in the release that deletes it.",
    invariants: [1],
    source: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    check: (before, after) =>
        inBoth(before.topology.queues, after.queueNamed)
            .filter(({ was, is }) => was.retain && !is.retain)
            .map(({ is }) => ({
                place: queuePlace(is),
                message: "is no longer protected from replacement and deletion",
                fix: "keep it protected",
            })),
};
