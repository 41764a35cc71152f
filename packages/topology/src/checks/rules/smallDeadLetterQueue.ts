import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const smallDeadLetterQueue: CheckRule = {
    id: "smallDeadLetterQueue",
    severity: "warning",
    reason: "A dead-letter queue has a smaller bound than its source queue: when a whole backlog fails, dead letters are dropped or stay in the source queue.",
    fix: "Give the dead-letter queue a larger bound than its source queues.",
    invariants: ["safeDeadLetters"],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ topology, isExport, number, deadLetters, deadLetterSources }) =>
        topology.queues
            .filter((queue) => deadLetters(queue) === undefined)
            .flatMap((queue) =>
                (["max-length", "max-length-bytes"] as const).flatMap((key) => {
                    const bound = number(queue, key);
                    return bound === undefined
                        ? []
                        : deadLetterSources(queue)
                              .filter((source) => bound < (number(source, key) ?? 0))
                              .map((source) => ({
                                  ...(isExport && { severity: "note" as const }),
                                  place: queuePlace(queue),
                                  message: `has "${key}" ${bound}, less than the ${number(source, key) ?? 0} of "${source.name}", whose dead letters it receives`,
                                  fix: `raise "${key}" above that of "${source.name}"`,
                              }));
                }),
            ),
};
