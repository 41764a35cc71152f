import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const longRequestTtl: CheckRule = {
    id: "longRequestTtl",
    severity: "warning",
    reason: "A request outlives its caller's patience: it is worked on when nobody waits for the reply any more, and holds up those that somebody waits for.",
    fix: "Give the queue a TTL of at most the caller's time-out.",
    invariants: ["requestsExpire"],
    source: "https://www.rabbitmq.com/docs/direct-reply-to",
    check: ({ topology, number, traffic }) =>
        topology.queues.flatMap((queue) => {
            const ttl = number(queue, "message-ttl");
            return traffic
                .messagesTo(queue)
                .filter(({ call }) => call !== undefined && (ttl === undefined || ttl > call.timeout))
                .map(({ service, message, call }) => ({
                    place: queuePlace(queue),
                    message: `keeps request "${message}" of "${service.name}" ${ttl === undefined ? "without limit" : `for ${ttl} ms`}, but its caller waits ${call?.timeout ?? 0} ms`,
                    fix: `set "message-ttl" to ${call?.timeout ?? 0}`,
                }));
        }),
};
