import { type Duration, duration, formatDuration } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const shortMessageTtl: CheckRule = {
    id: "shortMessageTtl",
    severity: "error",
    reason: "Work expires sooner than one job or one wait between two attempts takes: behind a single slow job, or after a single failure, it is given up untouched.",
    fix: "Raise the TTL above the longest job and the longest delay.",
    invariants: ["sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, number, traffic }) =>
        topology.queues
            .filter(({ purpose }) => purpose === "work")
            .flatMap((queue) => {
                const ttl = number(queue, "message-ttl");
                const job = Math.max(
                    0,
                    ...traffic.consumptionsOf(queue).map(({ subscription }) => subscription.jobLimit),
                );
                const delay = longestDelay(
                    number(queue, "delayed-retry-min"),
                    number(queue, "delayed-retry-max"),
                    number(queue, "delivery-limit"),
                );
                const reasons = [
                    { span: job, what: "a job may take" },
                    { span: delay, what: "a failed message waits" },
                ];
                return ttl === undefined
                    ? []
                    : reasons
                          .filter(({ span }) => span > 0 && ttl <= span)
                          .map(({ span, what }) => ({
                              place: queuePlace(queue),
                              message: `gives messages up after ${inWords(ttl)}, while ${what} ${inWords(span)}`,
                              fix: `set "message-ttl" above ${span}`,
                          }));
            }),
};

/** The last of the waits that the broker makes: it grows by the least one with every delivery, up to the longest. */
function longestDelay(least = 0, most = Number.POSITIVE_INFINITY, limit = 20): number {
    return Math.min(least * Math.max(limit, 0), most);
}

function inWords(ms: number): string {
    return formatDuration((duration("1 millisecond") * ms) as Duration); // a multiple of a duration is one
}
