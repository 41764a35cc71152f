import { duration, formatDuration } from "../../../model/index.ts";
import {
    describeQueue,
    listConsumersCommand,
    listQueuesCommand,
    type QueueAlertRule,
} from "../queueAlertRule.ts";
import { deliveries, queueExpression } from "../queueExpression.ts";
import { holdLimit } from "../thresholds.ts";

/** Consumers hold messages and settle none: they hang, and what they hold nobody else gets. */
export const consumersStuck: QueueAlertRule = {
    name: "ConsumersStuck",
    alert: (queue, scope) => {
        const limit = holdLimit(queue);
        if (limit === undefined) {
            return undefined;
        }
        const { least, growth } = queueExpression(queue, scope);
        return {
            severity: "warning",
            expression: `${least("unacknowledged", limit)} > 0 and ${growth(["acknowledged", ...deliveries], limit)} == 0`,
            holdFor: duration("1 minute"),
            summary: `${describeQueue(queue)}: its consumers have settled nothing for ${formatDuration(limit)}`,
            description:
                `They hold {{ $value }} messages, longer than two jobs may take. Look: ${listQueuesCommand(queue, "messages_unacknowledged consumers")}; ${listConsumersCommand(queue)}; then at the log of ${queue.consumers.join(", ")}. ` +
                "Restart the service: the broker then hands the messages to others.",
        };
    },
    isBroken: (queue, { held }) => held >= (holdLimit(queue) ?? Infinity),
};
