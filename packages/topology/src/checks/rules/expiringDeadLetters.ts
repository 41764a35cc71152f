import { queuePlace } from "../../text/place.ts";
import { milliseconds } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const expiringDeadLetters: CheckRule = {
    id: "expiringDeadLetters",
    severity: "error",
    reason: "A dead-letter or parking queue lets its messages expire, or expires itself: failed messages are lost before a person has looked at them.",
    fix: 'Remove "message-ttl" and "expires" from the policy of the queue.',
    invariants: ["safeDeadLetters", "sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, isExport, setting, deadLetters, deadLetterSources }) =>
        topology.queues
            .filter((queue) =>
                isExport
                    ? deadLetters(queue) === undefined && deadLetterSources(queue).length > 0
                    : queue.purpose === "parking",
            )
            .flatMap((queue) =>
                (["message-ttl", "expires"] as const)
                    .filter((key) => setting(queue, key) !== undefined)
                    .map((key) => ({
                        ...(isExport && { severity: "note" as const }),
                        place: queuePlace(queue),
                        message: `keeps dead letters, but "${key}" deletes ${key === "expires" ? "the queue with its messages" : "them"} after ${milliseconds(setting(queue, key) ?? null)}${key === "expires" ? " without a consumer" : ""}`,
                        fix: `remove "${key}"`,
                    })),
            ),
};
