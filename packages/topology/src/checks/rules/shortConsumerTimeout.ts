import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const shortConsumerTimeout: CheckRule = {
    id: "shortConsumerTimeout",
    severity: "warning",
    reason: "The broker takes a message back while its job still runs: the job is done again by another, takes as long there, and so on.",
    fix: 'Set "consumer-timeout" to twice the longest job.',
    invariants: ["sufficientJobTime"],
    source: "https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout",
    check: ({ topology, setting, settingOrDefault, traffic }) =>
        topology.queues.flatMap((queue) => {
            const timeout = settingOrDefault(queue, "consumer-timeout");
            const byDefault = setting(queue, "consumer-timeout") === undefined;
            // Nobody acknowledges what a stream keeps: its consumers only say how far they have read.
            if (queue.type === "stream" || typeof timeout !== "number" || timeout === 0) {
                return [];
            }
            return traffic
                .consumptionsOf(queue)
                .filter(({ subscription }) => timeout < subscription.jobLimit * 2)
                .map(({ service, subscription }) => ({
                    place: queuePlace(queue),
                    message: `${byDefault ? "takes messages back by default" : "takes messages back"} after ${timeout} ms, less than twice the ${subscription.jobLimit} ms that a job of "${service.name}" may take`,
                    fix: `set "consumer-timeout" to ${subscription.jobLimit * 2}`,
                }));
        }),
};
