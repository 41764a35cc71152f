import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unusedDeadLetterSettings: CheckRule = {
    id: "unusedDeadLetterSettings",
    severity: "warning",
    reason: "Settings of dead letters without a dead-letter exchange do nothing, so messages are dropped that somebody wanted to keep.",
    fix: 'Set "dead-letter-exchange" in the same policy.',
    invariants: ["deadLettersReachQueue", "safeAtLeastOnce"],
    source: "https://www.rabbitmq.com/docs/dlx",
    check: ({ topology, setting, configured: said }) =>
        topology.queues
            .filter((queue) => setting(queue, "dead-letter-exchange") === undefined)
            .map((queue) => ({
                queue,
                keys: ["dead-letter-routing-key", "dead-letter-strategy"].filter(
                    (key) => said(queue, key) !== undefined,
                ),
            }))
            .filter(({ keys }) => keys.length > 0)
            .map(({ queue, keys }) => ({
                place: queuePlace(queue),
                message: `sets ${quotedFirst(keys.sort())} but no dead-letter exchange, so dead letters are dropped`,
                fix: 'set "dead-letter-exchange" beside it',
            })),
};
