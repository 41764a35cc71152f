import { duration } from "../../../model/index.ts";
import { describeQueue, listConsumersCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A declared consumer is missing: messages accumulate, or requests get no reply. */
export const queueHasNoConsumers: QueueAlertRule = {
    name: "QueueHasNoConsumers",
    alert: (queue, scope) =>
        queue.consumers.length === 0
            ? undefined
            : {
                  severity: queue.refuses ? "critical" : "warning",
                  expression: `${queueExpression(queue, scope).gauge("consumers")} == 0`,
                  holdFor: duration("2 minutes"),
                  summary: `${describeQueue(queue)} has no consumers`,
                  description:
                      `Service ${queue.consumers.join(", ")} should consume it, but does not. Check: ${listConsumersCommand(queue)}, then the service's log. ` +
                      "Restart the service; if access is refused, compare its user's permissions with the topology.",
              },
    isBroken: (_queue, { consumers }) => consumers === 0,
};
