import { duration, formatDuration } from "../../../model/index.ts";
import {
    describeQueue,
    listConsumersCommand,
    listQueuesCommand,
    type QueueAlertRule,
} from "../queueAlertRule.ts";
import { deliveries, queueExpression } from "../queueExpression.ts";
import { holdLimit } from "../thresholds.ts";

/** Consumers have unacknowledged messages and settle none: they hang, and other consumers do not get these messages. */
export const consumersStuck: QueueAlertRule = {
    name: "ConsumersStuck",
    alert: (queue, scope) => {
        const limit = holdLimit(queue);
        if (limit === undefined) {
            return undefined;
        }
        const { minimum, growth } = queueExpression(queue, scope);
        return {
            severity: "warning",
            expression: `${minimum("unacknowledged", limit)} > 0 and ${growth(["acknowledged", ...deliveries], limit)} == 0`,
            holdFor: duration("30 seconds"),
            summary: `${describeQueue(queue)}: its consumers have not settled a message for ${formatDuration(limit)}`,
            description:
                `{{ $value }} messages are unacknowledged for longer than a job may take. Check: ${listQueuesCommand(queue, "messages_unacknowledged consumers")}; ${listConsumersCommand(queue)}; the log of ${queue.consumers.join(", ")}. ` +
                "Restart the service: the messages are then requeued and delivered to other consumers.",
        };
    },
    isBroken: (queue, { held }) => held >= (holdLimit(queue) ?? Infinity),
};
