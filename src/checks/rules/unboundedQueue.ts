import { queuePlace } from "../place.js";
import type { Rule } from "../rule.js";

export const unboundedQueue: Rule = {
    id: "unboundedQueue",
    severity: "warning",
    reason: "A queue without a bound grows until the broker raises its memory or disk alarm, which blocks every publisher of the whole cluster.",
    fix: 'Set "max-length-bytes", and "overflow" to what shall happen then.',
    invariants: [18],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ topology, foreign, setting }) =>
        topology.queues
            .filter((queue) =>
                (queue.type === "stream" ? streamBounds : bounds).every(
                    (key) => setting(queue, key) === undefined,
                ),
            )
            .map((queue) => ({
                ...(foreign && { severity: "note" as const }),
                place: queuePlace(queue),
                message:
                    "has no bound, so a backlog can raise the alarm that blocks every publisher of the cluster",
                fix: `set ${(queue.type === "stream" ? streamBounds : bounds).map((key) => `"${key}"`).join(" or ")}`,
            })),
};

const bounds = ["max-length", "max-length-bytes"];
const streamBounds = ["max-age", "max-length-bytes"];
