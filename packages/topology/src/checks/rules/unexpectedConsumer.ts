import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unexpectedConsumer: CheckRule = {
    id: "unexpectedConsumer",
    severity: "error",
    reason: "A consumer takes messages out of a queue in which they shall wait, or out of one that keeps them for a person.",
    fix: "Consume the queue of work instead; look at parked messages by inspecting them.",
    invariants: ["producersAndConsumers", "sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, traffic }) =>
        topology.queues
            .filter(({ purpose }) => purpose === "delay" || purpose === "parking")
            .flatMap((queue) =>
                traffic.consumptionsOf(queue).map(({ service }) => ({
                    ...(queue.purpose === "parking" && { severity: "warning" as const }),
                    place: queuePlace(queue),
                    message: `${queue.purpose === "delay" ? "makes messages wait" : "keeps messages for a person"}, but "${service.name}" consumes it`,
                    fix: "consume the queue of work instead",
                })),
            ),
};
