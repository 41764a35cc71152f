import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const lossyParkingQueue: CheckRule = {
    id: "lossyParkingQueue",
    severity: "error",
    reason: "A parking queue drops what it keeps: the oldest when it is full, or whatever was looked at too often, since putting a message back counts as a delivery.",
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
                                  message: `drops a message that was looked at ${limit} times`,
                                  fix: 'set "delivery-limit" to -1',
                              },
                          ]
                        : []),
                ];
            }),
};
