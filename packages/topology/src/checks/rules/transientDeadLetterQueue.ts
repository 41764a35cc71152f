import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientDeadLetterQueue: CheckRule = {
    id: "transientDeadLetterQueue",
    severity: "error",
    reason: "Dead letters go to a queue that is less safe than their source queue: a restart or a failed node can lose them.",
    fix: "Make the dead-letter queue a durable quorum queue.",
    invariants: ["durableWork", "safeDeadLetters"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#dead-lettering",
    check: ({ topology, isExport, deadLetterSources }) =>
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
                              ...(isExport && {
                                  severity:
                                      state === "not replicated" ? ("note" as const) : ("warning" as const),
                              }),
                              place: queuePlace(queue),
                              message: `is ${state}, but receives the dead letters of ${quotedFirst(sources.map(({ name }) => name))}`,
                              fix: "make it a durable quorum queue",
                          },
                      ];
            }),
};
