import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const lossyParkingQueue: CheckRule = {
    id: "lossyParkingQueue",
    severity: "error",
    reason: "A parking queue loses messages: the oldest ones when it is full, or those that were requeued after inspection more often than the delivery limit allows.",
    fix: 'Set "overflow" to "reject-publish" and "delivery-limit" to -1.',
    invariants: ["safeDeadLetters"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#position-in-the-queue",
    check: ({ topology, settingOrDefault, isBounded, deadLetters }) =>
        topology.queues
            .filter((queue) => queue.purpose === "parking" && deadLetters(queue) === undefined)
            .flatMap((queue) => {
                const limit = settingOrDefault(queue, "delivery-limit");
                return [
                    ...(isBounded(queue) && settingOrDefault(queue, "overflow") === "drop-head"
                        ? [
                              {
                                  place: queuePlace(queue),
                                  message: "drops its oldest messages when it is full",
                                  fix: 'set "overflow" to "reject-publish"',
                              },
                          ]
                        : []),
                    ...(queue.type === "quorum" && typeof limit === "number" && limit >= 0
                        ? [
                              {
                                  place: queuePlace(queue),
                                  message: `drops a message that is inspected and requeued more than ${limit} times`,
                                  fix: 'set "delivery-limit" to -1',
                              },
                          ]
                        : []),
                ];
            }),
};
