import { inBoth } from "../pairs.js";
import { queuePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const weakenedDeadLettering: ChangeRule = {
    id: "weakenedDeadLettering",
    severity: "error",
    reason: "Dead letters that were moved at least once are now moved at most once, or not at all: those under way when a node fails are lost.",
    fix: "Keep the dead-letter exchange, the strategy at-least-once and the overflow reject-publish.",
    invariants: [34],
    source: "https://www.rabbitmq.com/docs/quorum-queues#dead-lettering",
    check: (before, after) =>
        inBoth(before.topology.queues, after.queueNamed).flatMap(({ was, is }) => {
            const [exchange, strategy] = ["dead-letter-exchange", "dead-letter-strategy"] as const;
            const dropped =
                before.setting(was, exchange) !== undefined && after.setting(is, exchange) === undefined;
            const weaker =
                before.inForce(was, strategy) === "at-least-once" &&
                after.inForce(is, strategy) !== "at-least-once";
            return dropped || weaker
                ? [
                      {
                          place: queuePlace(is),
                          message: dropped
                              ? "loses its dead-letter exchange, so dead letters are dropped from then on"
                              : "no longer moves its dead letters at least once, so some may be lost",
                          fix: dropped
                              ? `keep "${exchange}"`
                              : `keep "${strategy}" at-least-once with overflow reject-publish`,
                      },
                  ]
                : [];
        }),
};
