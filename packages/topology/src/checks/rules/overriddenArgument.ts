import { type ArgumentValue, valueText } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const overriddenArgument: CheckRule = {
    id: "overriddenArgument",
    severity: "warning",
    reason: "A queue has the same setting by argument and by policy. Which one wins depends on the setting, so a change of the policy may have no effect.",
    fix: "Give the queue a policy with the value that the broker uses now, and leave the argument out when the queue is replaced.",
    invariants: ["settingGivenOnce"],
    source: "https://www.rabbitmq.com/docs/policies#why-policies-exist",
    check: ({ settingUses, effective, settingOrDefault }) =>
        settingUses.flatMap(({ written, key, value, capability, queues }) =>
            // The broker reads no argument that it does not know, so nothing is overridden.
            (capability === undefined ? [] : queues).flatMap((queue) => {
                const { policy } = effective(queue);
                if (policy === undefined || !Object.hasOwn(policy.definition, key)) {
                    return [];
                }
                const inPolicy = policy.definition[key] ?? null;
                const used = settingOrDefault(queue, key);
                return [
                    {
                        place: queuePlace(queue),
                        message: `has "${written}" ${valueText(value)} by argument and "${key}" ${valueText(inPolicy)} by policy "${policy.name}"; the broker uses ${usedText(used)}`,
                        fix: fixOf(written, used, inPolicy),
                    },
                ];
            }),
        ),
};

/** The way out keeps the value that the broker uses now: messages may depend on it, as those of a retry loop do. */
function fixOf(written: string, used: ArgumentValue | undefined, inPolicy: ArgumentValue): string {
    const later = `leave "${written}" out when the queue is replaced`;
    return used === undefined || used === inPolicy
        ? later
        : `to keep ${valueText(used)}, give the queue a copy of the policy with ${valueText(used)}; ${later}`;
}

/** The broker uses neither value of a setting that has no effect. */
function usedText(used: ArgumentValue | undefined): string {
    return used === undefined ? "neither" : valueText(used);
}
