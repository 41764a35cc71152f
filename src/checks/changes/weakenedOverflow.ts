import { inBoth } from "../pairs.js";
import { queuePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const weakenedOverflow: ChangeRule = {
    id: "weakenedOverflow",
    severity: "error",
    reason: "A queue that refused publishers when it was full now drops its oldest messages instead, without telling anybody.",
    fix: 'Keep "reject-publish".',
    invariants: [34],
    source: "https://www.rabbitmq.com/docs/maxlength#overflow-behaviour",
    check: (before, after) =>
        inBoth(before.topology.queues, after.queueNamed).flatMap(({ was, is }) => {
            const from = before.inForce(was, "overflow");
            return typeof from === "string" &&
                from.startsWith("reject-publish") &&
                after.inForce(is, "overflow") === "drop-head"
                ? [
                      {
                          place: queuePlace(is),
                          message: `changes "overflow" from "${from}" to "drop-head", so it drops its oldest messages when it is full`,
                          fix: 'keep "reject-publish"',
                      },
                  ]
                : [];
        }),
};
