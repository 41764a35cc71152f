import { queuePlace } from "../../text/place.ts";
import { milliseconds } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const shortMessageTtl: CheckRule = {
    id: "shortMessageTtl",
    severity: "error",
    reason: "Messages expire before one job or one retry delay is over: behind a single slow job, or after a single failure, they expire unprocessed.",
    fix: "Raise the TTL above the longest job and the longest delay.",
    invariants: ["sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, number, messageFlows }) =>
        topology.queues
            .filter(({ purpose }) => purpose === "work")
            .flatMap((queue) => {
                const ttl = number(queue, "message-ttl");
                const job = Math.max(
                    0,
                    ...messageFlows.consumptionsOf(queue).map(({ subscription }) => subscription.jobLimit),
                );
                const delay = maxRetryDelay(
                    number(queue, "delayed-retry-min"),
                    number(queue, "delayed-retry-max"),
                    number(queue, "delivery-limit"),
                );
                const reasons = [
                    { span: job, what: "a job can take" },
                    { span: delay, what: "a failed message waits" },
                ];
                return ttl === undefined
                    ? []
                    : reasons
                          .filter(({ span }) => span > 0 && ttl <= span)
                          .map(({ span, what }) => ({
                              place: queuePlace(queue),
                              message: `expires messages after ${milliseconds(ttl)}, but ${what} ${milliseconds(span)}`,
                              fix: `set "message-ttl" above ${span}`,
                          }));
            }),
};

/** The broker's longest retry delay: it grows by the minimum with each delivery, up to the maximum. */
function maxRetryDelay(min = 0, max = Number.POSITIVE_INFINITY, limit = 20): number {
    return Math.min(min * Math.max(limit, 0), max);
}
