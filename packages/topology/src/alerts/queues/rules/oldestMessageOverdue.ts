import { duration, formatDuration } from "../../../model/index.ts";
import { prometheusDuration } from "../../metrics.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { deliveries, queueExpression } from "../queueExpression.ts";
import { waitLimit } from "../thresholds.ts";

/**
 * A message waits too long. RabbitMQ has no general metric for the age of messages: `queue_head_message_timestamp` exists only for classic
 * queues, and only if publishers set a timestamp. But a queue delivers its oldest message first: if fewer messages were delivered within a
 * window than were ready at its start, one of them still waits and is at least as old as the window. Redeliveries can hide such a message, but
 * cannot cause a false alert.
 */
export const oldestMessageOverdue: QueueAlertRule = {
    name: "OldestMessageOverdue",
    alert: (queue, scope) => {
        const limit = waitLimit(queue);
        if (limit === undefined) {
            return undefined;
        }
        const { gauge, minimum, growth } = queueExpression(queue, scope);
        return {
            severity: queue.deadline === undefined ? "warning" : "critical",
            expression: `${gauge("ready", ` offset ${prometheusDuration(limit)}`)} > ${growth(deliveries, limit)} and ${minimum("ready", limit)} > 0`,
            holdFor: duration("1 minute"),
            summary: `${describeQueue(queue)}: a message waits longer than ${formatDuration(limit)}`,
            description:
                `${
                    queue.deadline === undefined
                        ? "Two jobs normally finish in that time"
                        : `After ${formatDuration(queue.deadline)} the message expires and is dead-lettered or dropped`
                }: the consumers do not keep up, or are stopped. Check: ${listQueuesCommand(queue, "messages_ready messages_unacknowledged consumers")} and the log of ${queue.consumers.join(", ")}. ` +
                "Add replicas, or find out why jobs are slow.",
        };
    },
    isBroken: (queue, { oldest }) => oldest >= (waitLimit(queue) ?? Infinity),
};
