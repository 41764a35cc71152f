import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientDeadLetterQueue: CheckRule = {
    id: "transientDeadLetterQueue",
    severity: "error",
    reason: "Dead letters of a replicated queue go to a queue that a node takes with it: what was safe in its queue is lost as a dead letter.",
    fix: "Make the dead-letter queue a durable quorum queue.",
    invariants: ["durableWork", "safeDeadLetters"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#dead-lettering",
    check: ({ topology, foreign, deadLetterSources }) =>
        topology.queues
            .filter(({ type, durable, autoDelete }) => type === "classic" || !durable || autoDelete)
            .flatMap((queue) => {
                const sources = deadLetterSources(queue).filter(({ type, durable, name }) =>
                    queue.durable && !queue.autoDelete
                        ? type === "quorum" && name !== queue.name
                        : durable && name !== queue.name,
                );
                const state = !queue.durable
                    ? "not durable"
                    : queue.autoDelete
                      ? "auto-delete"
                      : "not replicated";
                return sources.length === 0
                    ? []
                    : [
                          {
                              ...(foreign && {
                                  severity:
                                      state === "not replicated" ? ("note" as const) : ("warning" as const),
                              }),
                              place: queuePlace(queue),
                              message: `is ${state}, but takes the dead letters of ${quotedFirst(sources.map(({ name }) => name))}`,
                              fix: "make it a durable quorum queue",
                          },
                      ];
            }),
};
