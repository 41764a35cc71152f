import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const missingDeadLetterExchange: CheckRule = {
    id: "missingDeadLetterExchange",
    severity: "error",
    reason: "A work queue has no dead-letter exchange: messages that are rejected, expire or exceed the delivery limit are dropped. The default delivery limit of a quorum queue is 20.",
    fix: 'Set "dead-letter-exchange" in the policy of the queue.',
    invariants: ["deadLettersReachQueue", "limitedDelivery"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling",
    check: ({ topology, isExport, deadLetters, settingOrDefault }) =>
        topology.queues
            .filter(({ purpose, type }) =>
                isExport ? type === "quorum" : purpose === "work" || purpose === "delay",
            )
            .filter((queue) => deadLetters(queue) === undefined)
            // A queue without a delivery limit usually stores dead letters, so it needs no dead-letter exchange.
            .filter((queue) => !isExport || Number(settingOrDefault(queue, "delivery-limit")) >= 0)
            .map((queue) => ({
                ...(isExport && { severity: "note" as const }),
                place: queuePlace(queue),
                message: "has no dead-letter exchange, so rejected and expired messages are dropped",
                fix: 'set "dead-letter-exchange" in the policy of the queue',
            })),
};
