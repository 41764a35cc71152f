import { queuePlace } from "../../text/place.ts";
import { milliseconds } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const shortConsumerTimeout: CheckRule = {
    id: "shortConsumerTimeout",
    severity: "warning",
    reason: "The broker requeues a message while its job still runs: another consumer starts the same job, takes as long, and so on.",
    fix: 'Set "consumer-timeout" to twice the time of the longest job.',
    invariants: ["sufficientJobTime"],
    source: "https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout",
    check: ({ topology, setting, settingOrDefault, messageFlows }) =>
        topology.queues.flatMap((queue) => {
            const timeout = settingOrDefault(queue, "consumer-timeout");
            const byDefault = setting(queue, "consumer-timeout") === undefined;
            // A stream keeps its messages: acknowledgements of its consumers only give flow control.
            if (queue.type === "stream" || typeof timeout !== "number" || timeout === 0) {
                return [];
            }
            return messageFlows
                .consumptionsOf(queue)
                .filter(({ subscription }) => timeout < subscription.jobLimit * 2)
                .map(({ service, subscription }) => ({
                    place: queuePlace(queue),
                    message: `requeues messages after ${milliseconds(timeout)}${byDefault ? " by default" : ""}, less than twice the ${milliseconds(subscription.jobLimit)} that a job of "${service.name}" can take`,
                    fix: `set "consumer-timeout" to ${subscription.jobLimit * 2}`,
                }));
        }),
};
