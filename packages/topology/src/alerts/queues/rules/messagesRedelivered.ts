import { duration, formatDuration } from "../../../model/index.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { deliveries, queueExpression } from "../queueExpression.ts";
import { redeliveredPart, redeliveryLimit, redeliveryWindow } from "../thresholds.ts";

/** Messages are redelivered repeatedly: poison messages, or a service that fails for all messages. */
export const messagesRedelivered: QueueAlertRule = {
    name: "MessagesRedelivered",
    alert: (queue, scope) => {
        if (queue.consumers.length === 0 || queue.type === "stream") {
            return undefined;
        }
        const { growth } = queueExpression(queue, scope);
        const redelivered = growth(["redelivered"], redeliveryWindow);
        return {
            severity: "warning",
            expression: `${redelivered} > ${redeliveryLimit(queue)} and ${redelivered} > ${redeliveredPart} * ${growth(deliveries, redeliveryWindow)}`,
            holdFor: duration("1 minute"),
            summary: `${describeQueue(queue)}: {{ $value | humanize }} redeliveries within ${formatDuration(redeliveryWindow)}`,
            description:
                `More than one message fails repeatedly. Check: the log of ${queue.consumers.join(", ")}, and ${listQueuesCommand(queue, "messages_ready messages_unacknowledged")}. ` +
                "If the service misses a dependency (database, mail server), restore it; if only some messages fail, they are dead-lettered with the reason in their headers.",
        };
    },
    isBroken: (queue, { delivered, redelivered }) =>
        redelivered > redeliveryLimit(queue) && redelivered > redeliveredPart * delivered,
};
