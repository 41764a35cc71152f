import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unsafeReplicaCount: CheckRule = {
    id: "unsafeReplicaCount",
    severity: "warning",
    reason: "An even number of replicas survives only as many failed nodes as one replica less. Fewer than three replicas survive no failed node.",
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
                              message: `has "${key}" ${size}, which ${size < 3 ? "does not survive a failed node" : `survives only as many failed nodes as ${size - 1}`}`,
                              fix: `set "${key}" to 3 or 5`,
                          },
                      ];
            }),
        ),
};
