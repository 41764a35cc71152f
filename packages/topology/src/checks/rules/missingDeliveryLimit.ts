import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const missingDeliveryLimit: CheckRule = {
    id: "missingDeliveryLimit",
    severity: "warning",
    reason: "Without a delivery limit a message that kills its consumer is delivered again for ever, and nothing behind it is done.",
    fix: 'Set "delivery-limit" to the number of attempts that make sense.',
    invariants: ["limitedDelivery"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling",
    check: ({ topology, foreign, number, deadLetters, deadLetterSources }) =>
        topology.queues
            .filter(({ purpose }) => purpose !== "parking" && purpose !== "delay")
            .filter((queue) => (number(queue, "delivery-limit") ?? 0) < 0)
            // Where dead letters end, whoever looks at them puts them back as often as needed.
            .filter(
                (queue) =>
                    !(foreign && deadLetters(queue) === undefined && deadLetterSources(queue).length > 0),
            )
            .map((queue) => ({
                ...(foreign && { severity: "note" as const }),
                place: queuePlace(queue),
                message: `has the delivery limit ${number(queue, "delivery-limit") ?? -1}, so a message that fails always comes back for ever`,
                fix: 'set "delivery-limit" to 0 or more',
            })),
};
