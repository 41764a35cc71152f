import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import { ownerOfCommands } from "../facts/commandOwner.ts";
import type { CheckRule } from "../rule.ts";

export const unconsumedQueue: CheckRule = {
    id: "unconsumedQueue",
    severity: "error",
    reason: "No service consumes the queue: it grows to its bound, and then drops messages or rejects publishers.",
    fix: "Let a service consume it, or declare it as a parking queue.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/consumers",
    check: (view) => {
        const { topology, isExport, messageFlows } = view;
        // A command queue of a service that does not consume it is unconsumedCommandQueue's finding.
        const isOwned = (queue: Queue): boolean =>
            queue.purpose === "commands" && ownerOfCommands(queue, view) !== undefined;
        return isExport
            ? []
            : topology.queues
                  .filter((queue) => queue.purpose !== "delay" && !isOwned(queue))
                  .filter((queue) =>
                      queue.purpose === "parking"
                          ? messageFlows.inspectorsOf(queue).length === 0 &&
                            messageFlows.consumptionsOf(queue).length === 0
                          : messageFlows.consumptionsOf(queue).length === 0,
                  )
                  .map((queue) =>
                      queue.purpose === "parking"
                          ? {
                                severity: "warning" as const,
                                place: queuePlace(queue),
                                message: "keeps messages, but no service inspects them",
                                fix: "let a service inspect it",
                            }
                          : {
                                place: queuePlace(queue),
                                message: "has no consumer, so it grows to its bound",
                                fix: "let a service consume it, or declare it as a parking queue",
                            },
                  );
    },
};
