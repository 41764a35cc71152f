import { servicePlace } from "../../text/place.ts";
import { ownerOfCommands } from "../facts/commandOwner.ts";
import type { CheckRule } from "../rule.ts";

export const unconsumedCommandQueue: CheckRule = {
    id: "unconsumedCommandQueue",
    severity: "error",
    reason: "A service does not consume its own command queue, so it receives no commands.",
    fix: "Add the queue to the queues that the service consumes.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/streams#consuming",
    check: (view) =>
        view.topology.queues
            .filter(({ purpose }) => purpose === "commands")
            .flatMap((queue) => {
                const owner = ownerOfCommands(queue, view);
                return owner === undefined || owner.consumes.some((each) => each.queue === queue.name)
                    ? []
                    : [
                          {
                              place: servicePlace(owner),
                              message: `does not consume its command queue "${queue.name}"`,
                              fix: `let the service consume "${queue.name}"`,
                          },
                      ];
            }),
};
