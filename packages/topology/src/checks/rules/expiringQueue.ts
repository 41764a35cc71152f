import { queuePlace } from "../../text/place.ts";
import { milliseconds } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const expiringQueue: CheckRule = {
    id: "expiringQueue",
    severity: "error",
    reason: "A queue that expires is deleted when it has had no consumer for that time, and its messages are not dead-lettered: a long outage of a service loses its work.",
    fix: 'Remove "expires".',
    invariants: ["sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl#queue-ttl",
    check: ({ topology, isExport, number }) =>
        topology.queues
            .filter(({ durable, purpose }) => durable && purpose !== "parking")
            .flatMap((queue) => {
                const expires = number(queue, "expires");
                return expires === undefined
                    ? []
                    : [
                          {
                              ...(isExport && { severity: "note" as const }),
                              ...(queue.purpose === "transient" && { severity: "warning" as const }),
                              place: queuePlace(queue),
                              message: `is deleted with its messages after ${milliseconds(expires)} without a consumer`,
                              fix: 'remove "expires"',
                          },
                      ];
            }),
};
