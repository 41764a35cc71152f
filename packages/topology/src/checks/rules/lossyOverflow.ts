import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const lossyOverflow: CheckRule = {
    id: "lossyOverflow",
    severity: "error",
    reason: "A full queue drops its oldest messages. Without a dead-letter exchange they are lost: the work that has waited longest is never done.",
    fix: 'Set "overflow" to "reject-publish", or set a dead-letter exchange.',
    invariants: ["boundedQueues"],
    source: "https://www.rabbitmq.com/docs/maxlength#overflow-behaviour",
    check: ({ topology, isExport, effective, settingOrDefault, isBounded, deadLetters }) =>
        topology.queues
            .filter(({ type, purpose }) =>
                isExport
                    ? type !== "stream"
                    : purpose === "work" || purpose === "delay" || purpose === "requests",
            )
            .filter(
                (queue) =>
                    deadLetters(queue) === undefined &&
                    isBounded(queue) &&
                    settingOrDefault(queue, "overflow") === "drop-head",
            )
            // An export that sets it means it.
            .filter((queue) => !isExport || effective(queue).settings.get("overflow")?.origin === "default")
            .map((queue) => ({
                ...(isExport && { severity: "note" as const }),
                place: queuePlace(queue),
                message: "drops its oldest messages when it is full, and has no dead-letter exchange",
                fix: 'set "overflow" to "reject-publish", or set a dead-letter exchange',
            })),
};
