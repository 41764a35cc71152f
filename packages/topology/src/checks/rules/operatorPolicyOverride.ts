import { valueText } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import { configuredByArgument } from "../../view/knownSettings.ts";
import type { CheckRule } from "../rule.ts";

export const operatorPolicyOverride: CheckRule = {
    id: "operatorPolicyOverride",
    severity: "note",
    reason: "An operator policy changes what a policy or an argument asks for.",
    fix: "Ask for what the operator allows, or talk to the operator.",
    invariants: ["operatorLimits"],
    source: "https://www.rabbitmq.com/docs/policies#operator-policies",
    check: ({ topology, effective }) =>
        topology.queues.flatMap((queue) => {
            const { policy, operator, settings } = effective(queue);
            return Object.keys(operator.policy?.definition ?? {}).flatMap((key) => {
                const asked = configuredByArgument(queue, key) ?? policy?.definition[key];
                const got = settings.value(key);
                return asked === undefined || got === undefined || got === asked
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `asks for "${key}" ${valueText(asked)}, but operator policy "${operator.policy?.name ?? ""}" makes it ${valueText(got)}`,
                              fix: "ask for what the operator allows",
                          },
                      ];
            });
        }),
};
