import { duration } from "../../../model/index.ts";
import { nodeMetrics, selector } from "../../metrics.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A queue that no node tells of has no leader, or was deleted. */
export const queueMissing: QueueAlertRule = {
    name: "QueueMissing",
    alert: (queue, scope) => ({
        severity: "critical",
        // While no node answers at all, one alert about that is enough.
        expression: `absent(${queueExpression(queue, scope).selector("ready")}) and on () (count(${selector(nodeMetrics.build, scope.matchers)}) > 0)`,
        holdFor: duration("3 minutes"),
        summary: `${describeQueue(queue)} has no leader or does not exist`,
        description:
            `No node of the broker reports it: publishers are refused and consumers get nothing. Look: ${listQueuesCommand(queue, "type leader online members state")}. ` +
            "Without a leader, bring the missing nodes back: a majority of its members must run. If the queue is gone, pulumi up declares it again; its messages are lost.",
    }),
    isBroken: (_queue, { present }) => !present,
};
