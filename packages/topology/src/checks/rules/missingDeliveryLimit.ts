import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const missingDeliveryLimit: CheckRule = {
    id: "missingDeliveryLimit",
    severity: "warning",
    reason: "Without a delivery limit, a message that crashes its consumer is redelivered forever and delays the messages behind it.",
    fix: 'Set "delivery-limit" to the number of attempts that make sense.',
    invariants: ["limitedDelivery"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling",
    check: ({ topology, isExport, number, deadLetters }) =>
        topology.queues
            .filter(({ purpose }) => purpose !== "parking" && purpose !== "delay")
            .filter((queue) => (number(queue, "delivery-limit") ?? 0) < 0)
            // Explicitly without a limit and without dead letters: the queue stores messages that may be inspected and requeued.
            .filter((queue) => !(isExport && deadLetters(queue) === undefined))
            .map((queue) => ({
                ...(isExport && { severity: "note" as const }),
                place: queuePlace(queue),
                message: `has "delivery-limit" ${number(queue, "delivery-limit") ?? -1}, so a message that always fails is redelivered forever`,
                fix: 'set "delivery-limit" to 0 or more',
            })),
};
