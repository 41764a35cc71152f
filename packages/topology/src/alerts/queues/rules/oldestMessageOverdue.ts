import { duration, formatDuration } from "../../../model/index.ts";
import { prometheusDuration } from "../../metrics.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { deliveries, queueExpression } from "../queueExpression.ts";
import { waitLimit } from "../thresholds.ts";

/**
 * A message waits longer than it may. The broker does not tell a message's age: `queue_head_message_timestamp` exists for classic queues
 * alone, and there only where publishers set a timestamp. But a queue hands out its oldest first. So where fewer messages were delivered
 * within a window than waited at its beginning, one of those still waits, and is as old as the window; repeated deliveries can only hide
 * that, never feign it.
 */
export const oldestMessageOverdue: QueueAlertRule = {
    name: "OldestMessageOverdue",
    alert: (queue, scope) => {
        const limit = waitLimit(queue);
        if (limit === undefined) {
            return undefined;
        }
        const { gauge, least, growth } = queueExpression(queue, scope);
        return {
            severity: queue.deadline === undefined ? "warning" : "critical",
            expression: `${gauge("ready", ` offset ${prometheusDuration(limit)}`)} > ${growth(deliveries, limit)} and ${least("ready", limit)} > 0`,
            holdFor: duration("1 minute"),
            summary: `${describeQueue(queue)}: a message waits longer than ${formatDuration(limit)}`,
            description:
                `${
                    queue.deadline === undefined
                        ? "Two jobs would have been done in that time"
                        : `After ${formatDuration(queue.deadline)} it is given up and dead-lettered or dropped`
                }: the consumers do not keep up, or stand still. Look: ${listQueuesCommand(queue, "messages_ready messages_unacknowledged consumers")} and at the log of ${queue.consumers.join(", ")}. ` +
                "Add replicas, or mend what makes the jobs slow.",
        };
    },
    isBroken: (queue, { oldest }) => oldest >= (waitLimit(queue) ?? Infinity),
};
