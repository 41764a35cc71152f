import { type ArgumentValue, valueText } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const overriddenArgument: CheckRule = {
    id: "overriddenArgument",
    severity: "warning",
    reason: "A queue has the same setting as an argument and by policy: depending on the setting one of the two wins, so an edit of the policy may have no effect.",
    fix: "Remove the argument, which only a new queue can lose.",
    invariants: ["settingGivenOnce"],
    source: "https://www.rabbitmq.com/docs/policies#why-policies-exist",
    check: ({ settingUses: statements, effective, settingOrDefault }) =>
        statements.flatMap(({ written, key, value, queues }) =>
            queues.flatMap((queue) => {
                const { policy } = effective(queue);
                return policy === undefined || !Object.hasOwn(policy.definition, key)
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `has "${written}" ${valueText(value)} as an argument and "${key}" ${valueText(policy.definition[key] ?? null)} by policy "${policy.name}"; the broker uses ${usedText(settingOrDefault(queue, key))}`,
                              fix: `remove "${written}" from the arguments`,
                          },
                      ];
            }),
        ),
};

/** Of a setting that the broker does not act on, whoever says it, nothing is used. */
function usedText(used: ArgumentValue | undefined): string {
    return used === undefined ? "neither" : valueText(used);
}
