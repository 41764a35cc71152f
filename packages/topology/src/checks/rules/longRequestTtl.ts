import { queuePlace } from "../../text/place.ts";
import { milliseconds } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const longRequestTtl: CheckRule = {
    id: "longRequestTtl",
    severity: "warning",
    reason: "A request stays in its queue longer than its caller's timeout: the consumer works on requests whose callers no longer wait, and delays the other requests.",
    fix: "Set a TTL of at most the caller's timeout.",
    invariants: ["requestsExpire"],
    source: "https://www.rabbitmq.com/docs/direct-reply-to",
    check: ({ topology, number, messageFlows }) =>
        topology.queues.flatMap((queue) => {
            const ttl = number(queue, "message-ttl");
            return messageFlows
                .messagesTo(queue)
                .filter(({ call }) => call !== undefined && (ttl === undefined || ttl > call.timeout))
                .map(({ service, message, call }) => ({
                    place: queuePlace(queue),
                    message: `keeps request "${message}" of "${service.name}" ${ttl === undefined ? "without a TTL" : `for ${milliseconds(ttl)}`}, but its caller waits only ${milliseconds(call?.timeout ?? 0)}`,
                    fix: `set "message-ttl" to ${call?.timeout ?? 0}`,
                }));
        }),
};
