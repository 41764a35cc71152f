import { featuresOf } from "../../broker/features.ts";
import { maxPriorityOf, priorityIn } from "../../broker/messagePriority.ts";
import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

type Priorities = Readonly<Record<"normal" | "urgent", number>>;

export const ignoredPriority: CheckRule = {
    id: "ignoredPriority",
    severity: "warning",
    reason: "A message can be urgent, but its queue does not distinguish urgent from normal: the message waits behind all others.",
    fix: "Make it a quorum queue.",
    invariants: ["supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/priority",
    check: ({ topology, messageFlows, version }) => {
        const { priorities } = featuresOf(version);
        return topology.queues.flatMap((queue) => {
            const cause = causeOf(queue, priorities);
            return cause === undefined
                ? []
                : messageFlows
                      .messagesTo(queue)
                      .filter(({ publication }) => publication?.urgency === true)
                      .map(({ service, message }) => ({
                          place: queuePlace(queue),
                          message: `receives message "${message}" of "${service.name}", which can be urgent, but ${cause}`,
                          fix: "make it a quorum queue",
                      }));
        });
    },
};

/** Why a queue delivers urgent messages like normal ones. */
function causeOf(queue: Queue, { normal, urgent }: Priorities): string | undefined {
    if (queue.type === "stream") {
        return "a stream has no priorities";
    }
    if (queue.type === "quorum" || priorityIn(queue, urgent) > priorityIn(queue, normal)) {
        return undefined;
    }
    const max = maxPriorityOf(queue);
    return max === 0
        ? 'a classic queue without "x-max-priority" has no priorities'
        : `"x-max-priority" ${max} gives priority ${max} to both normal messages (${normal}) and urgent messages (${urgent})`;
}
