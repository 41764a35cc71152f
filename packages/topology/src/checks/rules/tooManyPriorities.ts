import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const tooManyPriorities: CheckRule = {
    id: "tooManyPriorities",
    severity: "note",
    reason: "Each priority of a classic queue is an internal queue that costs memory and CPU; two to four priorities are enough.",
    fix: 'Set "x-max-priority" to 4 or less.',
    invariants: ["supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/priority#resource-usage",
    check: ({ topology }) =>
        topology.queues.flatMap((queue) => {
            const levels = queue.arguments["x-max-priority"];
            return queue.type === "classic" && typeof levels === "number" && levels > 10
                ? [
                      {
                          place: queuePlace(queue),
                          message: `has ${levels} priorities, and each is an internal queue`,
                          fix: 'set "x-max-priority" to 4 or less',
                      },
                  ]
                : [];
        }),
};
