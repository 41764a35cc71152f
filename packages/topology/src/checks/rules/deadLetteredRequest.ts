import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const deadLetteredRequest: CheckRule = {
    id: "deadLetteredRequest",
    severity: "warning",
    reason: "Requests that expired or failed are kept as dead letters: their callers have given up, and doing them later is work for nobody.",
    fix: "Remove the dead-letter exchange of the queue of requests.",
    invariants: ["requestsExpire"],
    source: "https://www.rabbitmq.com/docs/direct-reply-to",
    check: ({ topology, deadLetters, traffic }) =>
        topology.queues
            .filter(
                (queue) =>
                    deadLetters(queue) !== undefined &&
                    (queue.purpose === "requests" ||
                        traffic.messagesTo(queue).some(({ call }) => call !== undefined)),
            )
            .map((queue) => ({
                place: queuePlace(queue),
                message:
                    "holds requests that somebody waits for, but keeps those that nobody waits for any more as dead letters",
                fix: 'remove "dead-letter-exchange" from its policy',
            })),
};
