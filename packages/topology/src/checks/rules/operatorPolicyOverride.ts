import { valueText } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import { configuredByArgument } from "../../view/knownSettings.ts";
import type { CheckRule } from "../rule.ts";

export const operatorPolicyOverride: CheckRule = {
    id: "operatorPolicyOverride",
    severity: "note",
    reason: "An operator policy overrides a value that a policy or an argument sets.",
    fix: "Set a value that the operator policy allows, or ask the operator to change the operator policy.",
    invariants: ["operatorLimits"],
    source: "https://www.rabbitmq.com/docs/policies#operator-policies",
    check: ({ topology, effective }) =>
        topology.queues.flatMap((queue) => {
            const { policy, operator, settings } = effective(queue);
            return Object.keys(operator.policy?.definition ?? {}).flatMap((key) => {
                const configured = configuredByArgument(queue, key) ?? policy?.definition[key];
                const used = settings.value(key);
                return configured === undefined || used === undefined || used === configured
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `sets "${key}" ${valueText(configured)}, but operator policy "${operator.policy?.name ?? ""}" overrides it with ${valueText(used)}`,
                              fix: "set a value that the operator policy allows",
                          },
                      ];
            });
        }),
};
