import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const ignoredPriority: CheckRule = {
    id: "ignoredPriority",
    severity: "warning",
    reason: "A message can be urgent, but its queue has no priorities: the message waits behind all others.",
    fix: "Make it a quorum queue.",
    invariants: ["supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/priority",
    check: ({ topology, messageFlows }) =>
        topology.queues
            .filter(
                (queue) =>
                    queue.type === "stream" ||
                    (queue.type === "classic" && queue.arguments["x-max-priority"] === undefined),
            )
            .flatMap((queue) =>
                messageFlows
                    .messagesTo(queue)
                    .filter(({ publication }) => publication?.urgency === true)
                    .map(({ service, message }) => ({
                        place: queuePlace(queue),
                        message: `receives message "${message}" of "${service.name}", which can be urgent, but ${queue.type === "stream" ? "a stream has no priorities" : 'a classic queue without "x-max-priority" has no priorities'}`,
                        fix: "make it a quorum queue",
                    })),
            ),
};
