import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unsafeReplicaCount: CheckRule = {
    id: "unsafeReplicaCount",
    severity: "warning",
    reason: "An even number of replicas survives no more failures than one replica less, and fewer than three replicas survive no failure.",
    fix: "Set three or five replicas.",
    invariants: ["oddReplicaCount"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#replication-factor",
    check: ({ topology, number }) =>
        topology.queues.flatMap((queue) =>
            (["quorum-initial-group-size", "target-group-size"] as const).flatMap((key) => {
                const size = number(queue, key);
                return size === undefined || (size >= 3 && size % 2 === 1)
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `has "${key}" ${size}, which ${size < 3 ? "does not survive a failed node" : `survives no more failed nodes than ${size - 1}`}`,
                              fix: `set "${key}" to 3 or 5`,
                          },
                      ];
            }),
        ),
};
