import { bytes, duration, formatBytes } from "../../../model/index.ts";
import { quoted } from "../../../text/names.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";
import type { QueueReading } from "../queueReading.ts";
import { harmfulBounds, nearlyFull } from "../thresholds.ts";
import type { WatchedQueue } from "../watchedQueue.ts";

/** A bound is nearly reached: then the broker refuses publishers, or drops. */
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
                `Its bound is ${bound}; beyond it, ${
                    queue.refuses
                        ? deadLetters
                            ? `dead letters stay in ${quoted(queue.deadLettersOf)} and fill that`
                            : "publishers are refused"
                        : "the oldest messages are dropped or dead-lettered"
                }. Look: ${listQueuesCommand(queue, "messages_ready message_bytes_ready consumers")}. ` +
                (deadLetters
                    ? "Deal with the dead letters: put them back or export and remove them."
                    : "Add consumers or mend those that are there; raising the bound only buys time, and disk space."),
        };
    },
    isBroken: (queue, reading) => (fillOf(queue, reading) ?? 0) > nearlyFull,
};

/** How full a queue is, from 0 to 1; `undefined` where reaching a bound does no harm, or there is none. */
export function fillOf(queue: WatchedQueue, { ready, readyBytes }: QueueReading): number | undefined {
    const bounds = harmfulBounds(queue);
    return bounds && Math.max(ready / (bounds.messages ?? Infinity), readyBytes / (bounds.bytes ?? Infinity));
}
