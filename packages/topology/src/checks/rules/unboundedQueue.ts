import { quoted } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import { boundsOf } from "../../view/bounds.ts";
import type { CheckRule } from "../rule.ts";

export const unboundedQueue: CheckRule = {
    id: "unboundedQueue",
    severity: "warning",
    reason: "A queue without a bound grows until the broker raises its memory or disk alarm, which blocks every publisher of the whole cluster.",
    fix: 'Set "max-length-bytes", and "overflow" to what shall happen then.',
    invariants: ["boundedQueues"],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ topology, foreign, isBounded }) =>
        topology.queues
            .filter((queue) => !isBounded(queue))
            .map((queue) => ({
                ...(foreign && { severity: "note" as const }),
                place: queuePlace(queue),
                message:
                    "has no bound, so a backlog can raise the alarm that blocks every publisher of the cluster",
                fix: `set ${quoted(boundsOf[queue.type], " or ")}`,
            })),
};
