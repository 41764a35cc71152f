import { isAtLeast, queueTypeNoun } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const refusedQueue: CheckRule = {
    id: "refusedQueue",
    severity: "error",
    reason: "The broker refuses a quorum queue or stream that is not durable or is auto-delete. From 4.3 on it also refuses a classic queue that is neither durable nor exclusive.",
    fix: "Declare the queue durable and not auto-delete.",
    invariants: ["durableWork", "supportedSettings"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#feature-matrix",
    check: ({ topology, version }) =>
        topology.queues.flatMap((queue) => {
            const { type, durable, autoDelete } = queue;
            const problem =
                type !== "classic" && (!durable || autoDelete)
                    ? `is a ${queueTypeNoun(type)}, which must be durable and not auto-delete`
                    : !durable && isAtLeast(version, "4.3")
                      ? `is neither durable nor exclusive, which RabbitMQ ${version} refuses`
                      : undefined;
            return problem === undefined
                ? []
                : [
                      {
                          place: queuePlace(queue),
                          message: problem,
                          fix: "declare it durable and not auto-delete",
                      },
                  ];
        }),
};
