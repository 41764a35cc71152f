import { quotedFirst } from "../../text/names.ts";
import { counted } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const missingOperatorPolicy: CheckRule = {
    id: "missingOperatorPolicy",
    severity: "note",
    reason: "No operator policy limits the queues of a virtual host: one unbounded queue can trigger the memory or disk alarm, which blocks every publisher of the cluster.",
    fix: "Ask the operator to set an operator policy with max-length-bytes for all queues.",
    invariants: ["operatorLimits"],
    source: "https://www.rabbitmq.com/docs/policies#operator-policies",
    check: ({ topology, queuesOf, isBounded, effective }) =>
        topology.vhosts.flatMap(({ name }) => {
            const queues = queuesOf(name).filter(
                (queue) => effective(queue).operator.policy === undefined && !isBounded(queue),
            );
            return queues.length === 0
                ? []
                : [
                      {
                          place: `virtual host "${name}"`,
                          message: `has ${counted(queues.length, "unbounded queue")} without an operator policy: ${quotedFirst(queues.map((queue) => queue.name))}`,
                          fix: "set an operator policy with max-length-bytes for all queues",
                      },
                  ];
        }),
};
