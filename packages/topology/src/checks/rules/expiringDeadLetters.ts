import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const expiringDeadLetters: CheckRule = {
    id: "expiringDeadLetters",
    severity: "error",
    reason: "A queue that keeps what could not be handled lets it expire or disappears itself: the evidence is gone before anybody looked.",
    fix: 'Remove "message-ttl" and "expires" from the policy of the queue.',
    invariants: ["safeDeadLetters", "sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, foreign, setting, deadLetters, deadLetterSources }) =>
        topology.queues
            .filter((queue) =>
                foreign
                    ? deadLetters(queue) === undefined && deadLetterSources(queue).length > 0
                    : queue.purpose === "parking",
            )
            .flatMap((queue) =>
                (["message-ttl", "expires"] as const)
                    .filter((key) => setting(queue, key) !== undefined)
                    .map((key) => ({
                        ...(foreign && { severity: "note" as const }),
                        place: queuePlace(queue),
                        message: `keeps dead letters, but "${key}" ${key === "expires" ? "removes the queue with all of them when nobody reads it" : "removes them"} after ${JSON.stringify(setting(queue, key))} ms`,
                        fix: `remove "${key}"`,
                    })),
            ),
};
