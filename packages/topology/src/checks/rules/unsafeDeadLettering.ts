import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unsafeDeadLettering: CheckRule = {
    id: "unsafeDeadLettering",
    severity: "error",
    reason: "At-least-once dead-lettering without overflow reject-publish falls back to at-most-once, with only a line in the broker's log: dead letters can be lost.",
    fix: 'Set "overflow" to "reject-publish" in the same policy.',
    invariants: ["safeAtLeastOnce"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering",
    check: ({ topology, setting, configured, settingOrDefault }) =>
        topology.queues
            .filter(
                (queue) =>
                    queue.type === "quorum" &&
                    configured(queue, "dead-letter-strategy") === "at-least-once" &&
                    settingOrDefault(queue, "overflow") !== "reject-publish" &&
                    setting(queue, "dead-letter-exchange") !== undefined,
            )
            .map((queue) => ({
                place: queuePlace(queue),
                message: `sets at-least-once dead-lettering, but has overflow ${JSON.stringify(settingOrDefault(queue, "overflow"))}, so the broker dead-letters at most once`,
                fix: 'set "overflow" to "reject-publish"',
            })),
};
