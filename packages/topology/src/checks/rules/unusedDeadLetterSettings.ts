import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unusedDeadLetterSettings: CheckRule = {
    id: "unusedDeadLetterSettings",
    severity: "warning",
    reason: "Dead-letter settings have no effect without a dead-letter exchange: messages that were meant to be kept are dropped.",
    fix: 'Set "dead-letter-exchange" in the same policy.',
    invariants: ["deadLettersReachQueue", "safeAtLeastOnce"],
    source: "https://www.rabbitmq.com/docs/dlx",
    check: ({ topology, setting, configured }) =>
        topology.queues
            .filter((queue) => setting(queue, "dead-letter-exchange") === undefined)
            .map((queue) => ({
                queue,
                keys: ["dead-letter-routing-key", "dead-letter-strategy"].filter(
                    (key) => configured(queue, key) !== undefined,
                ),
            }))
            .filter(({ keys }) => keys.length > 0)
            .map(({ queue, keys }) => ({
                place: queuePlace(queue),
                message: `sets ${quotedFirst(keys.sort())} but no dead-letter exchange, so dead letters are dropped`,
                fix: 'set "dead-letter-exchange" too',
            })),
};
