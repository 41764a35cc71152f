import { queuePlace } from "../place.ts";
import type { Rule } from "../rule.ts";

export const unconsumedQueue: Rule = {
    id: "unconsumedQueue",
    severity: "error",
    reason: "Nobody takes messages out of the queue: it grows to its bound, and then drops or refuses.",
    fix: "Let a service consume it, or declare it as parking.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/consumers",
    check: ({ topology, foreign, traffic }) =>
        foreign
            ? []
            : topology.queues
                  .filter(({ purpose }) => purpose !== "delay")
                  .filter((queue) =>
                      queue.purpose === "parking"
                          ? traffic.inspectorsOf(queue).length === 0 &&
                            traffic.consumptionsOf(queue).length === 0
                          : traffic.consumptionsOf(queue).length === 0,
                  )
                  .map((queue) =>
                      queue.purpose === "parking"
                          ? {
                                severity: "warning" as const,
                                place: queuePlace(queue),
                                message: "keeps messages that nobody may look at",
                                fix: "let a service inspect it",
                            }
                          : {
                                place: queuePlace(queue),
                                message: "has no consumer, so it grows to its bound",
                                fix: "let a service consume it, or declare it as parking",
                            },
                  ),
};
