import { queuePlace } from "../place.js";
import type { Rule } from "../rule.js";

export const overriddenArgument: Rule = {
    id: "overriddenArgument",
    severity: "warning",
    reason: "A queue has the same setting as an argument and by policy: depending on the setting one of the two wins, so an edit of the policy may have no effect.",
    fix: "Remove the argument, which only a new queue can lose.",
    invariants: [12],
    source: "https://www.rabbitmq.com/docs/policies#why-policies-exist",
    check: ({ statements, effective, inForce }) =>
        statements.flatMap(({ written, key, value, queues }) =>
            queues.flatMap((queue) => {
                const { policy } = effective(queue);
                return policy === undefined || !Object.hasOwn(policy.definition, key)
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `has "${written}" ${JSON.stringify(value)} as an argument and "${key}" ${JSON.stringify(policy.definition[key])} by policy "${policy.name}"; the broker uses ${JSON.stringify(inForce(queue, key))}`,
                              fix: `remove "${written}" from the arguments`,
                          },
                      ];
            }),
        ),
};
