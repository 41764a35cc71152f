import { duration } from "../../../model/index.ts";
import { quoted } from "../../../text/names.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** Somebody publishes with a key that nobody is bound to. */
export const messagesUnrouted: QueueAlertRule = {
    name: "MessagesUnrouted",
    alert: (queue, scope) =>
        queue.unroutedOf.length === 0
            ? undefined
            : {
                  severity: "warning",
                  expression: `${queueExpression(queue, scope).gauge("ready")} > 0`,
                  holdFor: duration("1 minute"),
                  summary: `{{ $value }} messages that no binding matched in ${describeQueue(queue)}`,
                  description:
                      `They came through ${quoted(queue.unroutedOf)}: the key is misspelt, or a binding is missing. ` +
                      `Look: ${listQueuesCommand(queue, "messages_ready")}, in the management page at their exchange and routing key, then npx topology trace ${scope.target} --exchange EXCHANGE --key KEY. ` +
                      "Correct the publisher or add the binding, then publish them again.",
              },
    isBroken: (_queue, { ready }) => ready > 0,
};
