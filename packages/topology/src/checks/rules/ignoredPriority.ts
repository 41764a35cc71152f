import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const ignoredPriority: CheckRule = {
    id: "ignoredPriority",
    severity: "warning",
    reason: "A message may be urgent, but the queue that takes it knows no priorities: it waits behind all others.",
    fix: "Make it a quorum queue.",
    invariants: ["supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/priority",
    check: ({ topology, traffic }) =>
        topology.queues
            .filter(
                (queue) =>
                    queue.type === "stream" ||
                    (queue.type === "classic" && queue.arguments["x-max-priority"] === undefined),
            )
            .flatMap((queue) =>
                traffic
                    .messagesTo(queue)
                    .filter(({ publication }) => publication?.urgency === true)
                    .map(({ service, message }) => ({
                        place: queuePlace(queue),
                        message: `takes message "${message}" of "${service.name}", which may be urgent, but a ${queue.type} queue has no priorities`,
                        fix: "make it a quorum queue",
                    })),
            ),
};
