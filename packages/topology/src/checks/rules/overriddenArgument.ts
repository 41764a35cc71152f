import { type ArgumentValue, valueText } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const overriddenArgument: CheckRule = {
    id: "overriddenArgument",
    severity: "warning",
    reason: "A queue has the same setting by argument and by policy. Which one wins depends on the setting, so a change of the policy may have no effect.",
    fix: "Remove the argument; the queue must be replaced for this.",
    invariants: ["settingGivenOnce"],
    source: "https://www.rabbitmq.com/docs/policies#why-policies-exist",
    check: ({ settingUses, effective, settingOrDefault }) =>
        settingUses.flatMap(({ written, key, value, queues }) =>
            queues.flatMap((queue) => {
                const { policy } = effective(queue);
                return policy === undefined || !Object.hasOwn(policy.definition, key)
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `has "${written}" ${valueText(value)} by argument and "${key}" ${valueText(policy.definition[key] ?? null)} by policy "${policy.name}"; the broker uses ${usedText(settingOrDefault(queue, key))}`,
                              fix: `remove "${written}" from the arguments`,
                          },
                      ];
            }),
        ),
};

/** The broker uses neither value of a setting that has no effect. */
function usedText(used: ArgumentValue | undefined): string {
    return used === undefined ? "neither" : valueText(used);
}
