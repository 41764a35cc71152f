import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const expiringQueue: CheckRule = {
    id: "expiringQueue",
    severity: "error",
    reason: "A queue that expires is deleted while nobody consumes it, and its messages are not even dead-lettered: a long outage of a service loses its work.",
    fix: 'Remove "expires".',
    invariants: ["sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl#queue-ttl",
    check: ({ topology, foreign, number }) =>
        topology.queues
            .filter(({ durable, purpose }) => durable && purpose !== "parking")
            .flatMap((queue) => {
                const expires = number(queue, "expires");
                return expires === undefined
                    ? []
                    : [
                          {
                              ...(foreign && { severity: "note" as const }),
                              ...(queue.purpose === "transient" && { severity: "warning" as const }),
                              place: queuePlace(queue),
                              message: `is deleted with its messages when nobody uses it for ${expires} ms`,
                              fix: 'remove "expires"',
                          },
                      ];
            }),
};
