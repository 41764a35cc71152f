import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const deadLetteredRequest: CheckRule = {
    id: "deadLetteredRequest",
    severity: "warning",
    reason: "Requests that expired or failed are dead-lettered, but their callers have timed out: no caller receives a late reply.",
    fix: "Remove the dead-letter exchange of the request queue.",
    invariants: ["requestsExpire"],
    source: "https://www.rabbitmq.com/docs/direct-reply-to",
    check: ({ topology, deadLetters, messageFlows }) =>
        topology.queues
            .filter(
                (queue) =>
                    deadLetters(queue) !== undefined &&
                    (queue.purpose === "requests" ||
                        messageFlows.messagesTo(queue).some(({ call }) => call !== undefined)),
            )
            .map((queue) => ({
                place: queuePlace(queue),
                message: "dead-letters requests, although their callers no longer wait for a reply",
                fix: 'remove "dead-letter-exchange" from its policy',
            })),
};
