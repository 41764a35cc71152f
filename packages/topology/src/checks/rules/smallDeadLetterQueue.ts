import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const smallDeadLetterQueue: CheckRule = {
    id: "smallDeadLetterQueue",
    severity: "warning",
    reason: "A dead-letter queue holds less than the queue that feeds it: when a whole backlog fails, dead letters are dropped or hold up their queue.",
    fix: "Give the dead-letter queue a larger bound than its sources.",
    invariants: ["safeDeadLetters"],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ topology, foreign, number, deadLetters, deadLetterSources }) =>
        topology.queues
            .filter((queue) => deadLetters(queue) === undefined)
            .flatMap((queue) =>
                (["max-length", "max-length-bytes"] as const).flatMap((key) => {
                    const room = number(queue, key);
                    return room === undefined
                        ? []
                        : deadLetterSources(queue)
                              .filter((source) => room < (number(source, key) ?? 0))
                              .map((source) => ({
                                  ...(foreign && { severity: "note" as const }),
                                  place: queuePlace(queue),
                                  message: `holds "${key}" ${room}, less than the ${number(source, key) ?? 0} of "${source.name}" whose dead letters it takes`,
                                  fix: `raise "${key}" above that of "${source.name}"`,
                              }));
                }),
            ),
};
