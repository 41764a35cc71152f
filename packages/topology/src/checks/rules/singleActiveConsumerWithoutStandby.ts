import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const singleActiveConsumerWithoutStandby: CheckRule = {
    id: "singleActiveConsumerWithoutStandby",
    severity: "warning",
    reason: "A queue has a single active consumer, but only one replica consumes it: no other consumer takes over when it fails.",
    fix: "Run a second replica.",
    invariants: ["fittingPrefetch"],
    source: "https://www.rabbitmq.com/docs/consumers#single-active-consumer",
    check: ({ topology, messageFlows }) =>
        topology.queues
            .filter((queue) => queue.arguments["x-single-active-consumer"] === true)
            .flatMap((queue) => {
                const consumptions = messageFlows.consumptionsOf(queue);
                const replicas = consumptions.reduce(
                    (sum, { service }) => sum + (service.workload?.replicas ?? 1),
                    0,
                );
                return replicas === 1
                    ? [
                          {
                              place: queuePlace(queue),
                              message: `has a single active consumer, but "${consumptions[0]?.service.name ?? ""}" has no standby replica`,
                              fix: "run a second replica",
                          },
                      ]
                    : [];
            }),
};
