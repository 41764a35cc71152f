import type { CheckRule } from "../rule.ts";

export const missingOperatorPolicy: CheckRule = {
    id: "missingOperatorPolicy",
    severity: "note",
    reason: "No operator policy caps the queues of a virtual host, so one queue without a bound can raise the memory or disk alarm, which blocks every publisher of the cluster.",
    fix: "Let the operator cap max-length-bytes for all queues.",
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
                          message: `no operator policy caps its ${queues.length} queues without a bound, "${queues[0]?.name ?? ""}" first`,
                          fix: "set an operator policy with max-length-bytes for all queues",
                      },
                  ];
        }),
};
