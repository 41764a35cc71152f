import { duration } from "../../../model/index.ts";
import { quoted } from "../../../text/names.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A person must decide what to do with dead letters. */
export const deadLettersPresent: QueueAlertRule = {
    name: "DeadLettersPresent",
    alert: (queue, scope) =>
        queue.deadLettersOf.length === 0
            ? undefined
            : {
                  severity: "warning",
                  expression: `${queueExpression(queue, scope).gauge("ready")} > 0`,
                  holdFor: duration("1 minute"),
                  summary: `{{ $value }} dead letters in ${describeQueue(queue)}`,
                  description:
                      `Messages of ${quoted(queue.deadLettersOf)} were rejected, expired, or exceeded the delivery limit; they stay until a person removes them. ` +
                      `Check: ${listQueuesCommand(queue, "messages_ready")}, and the x-death header in the management UI, which shows the reason. ` +
                      "Fix the cause and move the messages back to their queue; export and remove messages that cannot be processed.",
              },
    isBroken: (_queue, { ready }) => ready > 0,
};
