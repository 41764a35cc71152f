import { duration, formatDuration } from "../../../model/index.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";
import { growthHorizon, growthWindow, harmfulBounds, noticeableCount } from "../thresholds.ts";

/** A queue grows, and at this rate it reaches its limit within hours. */
export const queueGrowing: QueueAlertRule = {
    name: "QueueGrowing",
    alert: (queue, scope) => {
        const bounds = harmfulBounds(queue);
        if (bounds === undefined || queue.deadLettersOf.length > 0 || queue.unroutedOf.length > 0) {
            return undefined; // Without consumers, the first message already raises another alert.
        }
        const { gauge, predicted } = queueExpression(queue, scope);
        const parts = [
            ...(bounds.messages === undefined ? [] : [["ready", bounds.messages] as const]),
            ...(bounds.bytes === undefined ? [] : [["readyBytes", bounds.bytes] as const]),
        ].map(
            ([metric, bound]) =>
                `(${predicted(metric, growthWindow, growthHorizon)} > ${bound} and ${gauge(metric)} > ${noticeableCount(bound)})`,
        );
        return {
            severity: "warning",
            expression: parts.join(" or "),
            holdFor: duration("10 minutes"),
            summary: `${describeQueue(queue)} grows and will be full within ${formatDuration(growthHorizon)}`,
            description:
                `More messages arrive than its consumers process. Check: ${listQueuesCommand(queue, "messages_ready messages_unacknowledged consumers")} and npx topology top ${scope.target}. ` +
                "Add replicas of the consuming service, or find out why its jobs are slow.",
        };
    },
    isBroken: (queue, { ready, readyBytes, growthRate }) => {
        const { messages, bytes } = harmfulBounds(queue) ?? {};
        const gained = (growthRate * growthHorizon) / 1_000;
        const size = ready === 0 ? 0 : readyBytes / ready;
        return [
            [ready, gained, messages],
            [readyBytes, gained * size, bytes],
        ].some(
            ([now = 0, more = 0, bound]) =>
                bound !== undefined && now > noticeableCount(bound) && now + more > bound,
        );
    },
};
