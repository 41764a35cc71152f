import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unboundedAtLeastOnceQueue: CheckRule = {
    id: "unboundedAtLeastOnceQueue",
    severity: "warning",
    reason: "With at-least-once dead-lettering, a message stays in its queue until the target queue has confirmed it: without a bound, the queue grows as long as the target is unavailable.",
    fix: 'Set "max-length" or "max-length-bytes" in the same policy.',
    invariants: ["safeAtLeastOnce", "boundedQueues"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#limitations-of-at-least-once-dead-lettering",
    check: ({ topology, setting, isBounded }) =>
        topology.queues
            .filter(
                (queue) => setting(queue, "dead-letter-strategy") === "at-least-once" && !isBounded(queue),
            )
            .map((queue) => ({
                place: queuePlace(queue),
                message:
                    "dead-letters at least once and has no bound, so it grows while its dead letters cannot be delivered",
                fix: 'set "max-length" or "max-length-bytes"',
            })),
};
