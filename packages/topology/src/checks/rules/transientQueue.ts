import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientQueue: CheckRule = {
    id: "transientQueue",
    severity: "error",
    reason: "A queue that is not durable, or deletes itself when its last consumer leaves, takes its messages with it when the broker or the consumer restarts.",
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
                          // Nothing is promised where nobody says what the queue is for.
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
        return "is not durable, so it is gone after a restart of the broker";
    }
    return autoDelete ? "deletes itself when its last consumer leaves" : undefined;
}
