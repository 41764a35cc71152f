import { duration } from "../../../model/index.ts";
import { quoted } from "../../../text/names.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A person must decide what becomes of them. */
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
                      `Messages of ${quoted(queue.deadLettersOf)} were rejected, expired, or failed too often; nothing removes them from here. ` +
                      `Look: ${listQueuesCommand(queue, "messages_ready message_bytes_ready")}, and in the management page at their header x-death, which tells the reason. ` +
                      "Mend the cause, then put them back into their queue; what cannot be mended, export and remove.",
              },
    isBroken: (_queue, { ready }) => ready > 0,
};
