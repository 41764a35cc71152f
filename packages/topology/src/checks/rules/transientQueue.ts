import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientQueue: CheckRule = {
    id: "transientQueue",
    severity: "error",
    reason: "A queue that is not durable is deleted with its messages when the broker restarts; an auto-delete queue, when its last consumer disconnects.",
    fix: "Declare it durable and not auto-delete.",
    invariants: ["durableWork"],
    source: "https://www.rabbitmq.com/docs/queues#durability",
    check: ({ topology }) =>
        topology.queues.flatMap((queue) => {
            const message = problemOf(queue);
            return message === undefined
                ? []
                : [
                      {
                          // Without a purpose, the queue makes no promise.
                          ...(queue.purpose === undefined && { severity: "note" as const }),
                          ...(queue.purpose === "transient" && { severity: "warning" as const }),
                          place: queuePlace(queue),
                          message,
                          fix: "declare it durable and not auto-delete",
                      },
                  ];
        }),
};

function problemOf({ durable, autoDelete }: Queue): string | undefined {
    if (!durable) {
        return "is not durable, so a restart of the broker deletes it with its messages";
    }
    return autoDelete
        ? "is auto-delete, so it is deleted with its messages when its last consumer disconnects"
        : undefined;
}
