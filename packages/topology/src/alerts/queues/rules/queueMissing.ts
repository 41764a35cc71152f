import { duration } from "../../../model/index.ts";
import { nodeMetrics, selector } from "../../metrics.ts";
import { describeQueue, listQueuesCommand, type QueueAlertRule } from "../queueAlertRule.ts";
import { queueExpression } from "../queueExpression.ts";

/** A queue that no node reports has no leader or was deleted. */
export const queueMissing: QueueAlertRule = {
    name: "QueueMissing",
    alert: (queue, scope) => ({
        severity: "critical",
        // If no node responds, BrokerDown fires instead.
        expression: `absent(${queueExpression(queue, scope).selector("ready")}) and on () (count(${selector(nodeMetrics.build, scope.matchers)}) > 0)`,
        holdFor: duration("3 minutes"),
        summary: `${describeQueue(queue)} has no leader or does not exist`,
        description:
            `No node of the broker reports it: messages are not accepted and consumers get none. Check: ${listQueuesCommand(queue, "type leader online members state")}. ` +
            "Without a leader, start the missing nodes: a majority of its members must be online. If the queue is deleted, pulumi up --refresh declares it again; its messages are lost.",
    }),
    isBroken: (_queue, { present }) => !present,
};
