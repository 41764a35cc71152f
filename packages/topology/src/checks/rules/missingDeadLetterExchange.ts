import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const missingDeadLetterExchange: CheckRule = {
    id: "missingDeadLetterExchange",
    severity: "error",
    reason: "A queue of work has no dead-letter exchange, so what is rejected, expires or was delivered too often is dropped: a quorum queue drops by itself after 20 deliveries.",
    fix: 'Set "dead-letter-exchange" in the policy of the queue.',
    invariants: ["deadLettersReachQueue", "limitedDelivery"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling",
    check: ({ topology, foreign, deadLetters, settingOrDefault }) =>
        topology.queues
            .filter(({ purpose, type }) =>
                foreign ? type === "quorum" : purpose === "work" || purpose === "delay",
            )
            .filter((queue) => deadLetters(queue) === undefined)
            // Whoever lifted the limit by hand keeps what cannot be handled: that is how dead letters are stored.
            .filter((queue) => !foreign || Number(settingOrDefault(queue, "delivery-limit")) >= 0)
            .map((queue) => ({
                ...(foreign && { severity: "note" as const }),
                place: queuePlace(queue),
                message: "has no dead-letter exchange, so rejected and expired messages are dropped",
                fix: 'set "dead-letter-exchange" in the policy of the queue',
            })),
};
