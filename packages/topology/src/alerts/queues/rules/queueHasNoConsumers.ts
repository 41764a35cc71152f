import { duration } from "../../../model/index.ts";
import { describeQueue, listConsumersCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A declared consumer is not there: messages pile up, or callers wait in vain. */
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
                      `Service ${queue.consumers.join(", ")} is declared to consume it and does not. Look: ${listConsumersCommand(queue)}, then at the service's log. ` +
                      "Restart the service; if it is refused, compare its user's permissions with the topology.",
              },
    isBroken: (_queue, { consumers }) => consumers === 0,
};
