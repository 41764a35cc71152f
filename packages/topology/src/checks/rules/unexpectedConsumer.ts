import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unexpectedConsumer: CheckRule = {
    id: "unexpectedConsumer",
    severity: "error",
    reason: "A consumer takes messages out of a delay queue, in which they must wait, or out of a parking queue, which keeps them for a person.",
    fix: "Consume the work queue instead, and declare a service that only looks at parked messages with inspects.",
    invariants: ["producersAndConsumers", "sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, messageFlows }) =>
        topology.queues
            .filter(({ purpose }) => purpose === "delay" || purpose === "parking")
            .flatMap((queue) =>
                messageFlows.consumptionsOf(queue).map(({ service }) => ({
                    ...(queue.purpose === "parking" && { severity: "warning" as const }),
                    place: queuePlace(queue),
                    message: `${queue.purpose === "delay" ? "is a delay queue" : "is a parking queue, which keeps messages for a person"}, but "${service.name}" consumes it`,
                    fix: "consume the work queue instead",
                })),
            ),
};
