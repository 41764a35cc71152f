import { featuresOf } from "../../broker/features.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const tooManyPriorities: CheckRule = {
    id: "tooManyPriorities",
    severity: "note",
    reason: "Each priority of a classic queue is an internal queue that costs memory and CPU; two to four priorities are enough.",
    fix: 'Set "x-max-priority" to 4 or less; for urgent messages of services to 5, because their normal messages have priority 4.',
    invariants: ["supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/priority#resource-usage",
    check: ({ topology, version, messageFlows }) =>
        topology.queues.flatMap((queue) => {
            const levels = queue.arguments["x-max-priority"];
            if (queue.type !== "classic" || typeof levels !== "number" || levels <= 10) {
                return [];
            }
            const isUrgent = messageFlows.messagesTo(queue).some(({ publication }) => publication?.urgency);
            const enough = isUrgent ? `${featuresOf(version).priorities.normal + 1}` : "4 or less";
            return [
                {
                    place: queuePlace(queue),
                    message: `has ${levels} priorities, and each is an internal queue`,
                    fix: `set "x-max-priority" to ${enough}`,
                },
            ];
        }),
};
