import { quoted } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import { boundsOf } from "../../view/bounds.ts";
import type { CheckRule } from "../rule.ts";

export const unboundedQueue: CheckRule = {
    id: "unboundedQueue",
    severity: "warning",
    reason: "A queue without a bound grows until it triggers the memory or disk alarm, which blocks every publisher of the cluster.",
    fix: 'Set "max-length-bytes", and set "overflow" to what a full queue must do.',
    invariants: ["boundedQueues"],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ topology, isExport, isBounded }) =>
        topology.queues
            .filter((queue) => !isBounded(queue))
            .map((queue) => ({
                ...(isExport && { severity: "note" as const }),
                place: queuePlace(queue),
                message:
                    "has no bound, so a backlog can trigger the memory or disk alarm, which blocks every publisher of the cluster",
                fix: `set ${quoted(boundsOf[queue.type], " or ")}`,
            })),
};
