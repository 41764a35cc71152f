import { duration } from "../../../model/index.ts";
import { quoted } from "../../../text/names.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A publisher uses a routing key without a matching binding. */
export const messagesUnrouted: QueueAlertRule = {
    name: "MessagesUnrouted",
    alert: (queue, scope) =>
        queue.unroutedOf.length === 0
            ? undefined
            : {
                  severity: "warning",
                  expression: `${queueExpression(queue, scope).gauge("ready")} > 0`,
                  holdFor: duration("1 minute"),
                  summary: `{{ $value }} unroutable messages in ${describeQueue(queue)}`,
                  description:
                      `They were published to ${quoted(queue.unroutedOf)}: the routing key is misspelt, or a binding is missing. ` +
                      `Check: ${listQueuesCommand(queue, "messages_ready")}, their exchange and routing key in the management UI, then npx topology trace ${scope.target} --exchange EXCHANGE --key KEY. ` +
                      "Correct the publisher or add the binding, then publish them again.",
              },
    isBroken: (_queue, { ready }) => ready > 0,
};
