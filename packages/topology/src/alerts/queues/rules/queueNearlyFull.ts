import { bytes, duration, formatBytes } from "../../../model/index.ts";
import { quoted } from "../../../text/names.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";
import type { QueueReading } from "../queueReading.ts";
import { harmfulBounds, nearlyFull } from "../thresholds.ts";
import type { WatchedQueue } from "../watchedQueue.ts";

/** A queue is nearly full. A full queue rejects new messages, or drops or dead-letters its oldest ones. */
export const queueNearlyFull: QueueAlertRule = {
    name: "QueueNearlyFull",
    alert: (queue, scope) => {
        const bounds = harmfulBounds(queue);
        if (bounds === undefined) {
            return undefined;
        }
        const { gauge } = queueExpression(queue, scope);
        const parts = [
            ...(bounds.messages === undefined ? [] : [`${gauge("ready")} / ${bounds.messages}`]),
            ...(bounds.bytes === undefined ? [] : [`${gauge("readyBytes")} / ${bounds.bytes}`]),
        ];
        const bound = [
            ...(bounds.messages === undefined ? [] : [`${bounds.messages} messages`]),
            ...(bounds.bytes === undefined ? [] : [formatBytes(bytes(`${bounds.bytes} B`))]),
        ].join(" or ");
        const deadLetters = queue.deadLettersOf.length > 0;
        return {
            severity: queue.refuses ? "critical" : "warning",
            expression: parts.map((part) => `${part} > ${nearlyFull}`).join(" or "),
            holdFor: duration("1 minute"),
            summary: `${describeQueue(queue)} is {{ $value | humanizePercentage }} full`,
            description:
                `Its limit is ${bound}; when it is full, ${
                    queue.refuses
                        ? deadLetters
                            ? `dead letters stay in ${quoted(queue.deadLettersOf)} and fill it`
                            : "new messages are rejected"
                        : "the oldest messages are dropped or dead-lettered"
                }. Check: ${listQueuesCommand(queue, "messages_ready consumers")}, and npx topology top ${scope.target}. ` +
                (deadLetters
                    ? "Move the dead letters back to their queue, or export and remove them."
                    : "Add consumers or fix the existing ones; a higher limit only delays the problem and needs disk space."),
        };
    },
    isBroken: (queue, reading) => (fillOf(queue, reading) ?? 0) > nearlyFull,
};

/** The used part of a queue's limit, from 0 to 1; `undefined` if it has no limit or a full queue loses and blocks nothing. */
export function fillOf(queue: WatchedQueue, { ready, readyBytes }: QueueReading): number | undefined {
    const bounds = harmfulBounds(queue);
    return bounds && Math.max(ready / (bounds.messages ?? Infinity), readyBytes / (bounds.bytes ?? Infinity));
}
