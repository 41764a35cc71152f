import { queueSettings } from "../broker/capabilities.ts";
import type { Precedence } from "../broker/capability.ts";
import type { ArgumentValue, Policy, PolicyDefinition } from "../model/index.ts";

/** What a policy and an operator policy come to for one setting, whether or not the broker acts on it. */
export function mergedValue(
    policy: Policy | undefined,
    operator: Policy | undefined,
    key: string,
): ArgumentValue | undefined {
    const below = policy?.definition[key];
    const above = operator?.definition[key];
    if (below === undefined || above === undefined) {
        return below === undefined ? above : below;
    }
    return isPolicyStronger(queueSettings[key]?.operatorPrecedence ?? "policy", above, below) ? above : below;
}

/** Policy and operator policy in one, key by key. */
export function mergedDefinition(policy: Policy | undefined, operator: Policy | undefined): PolicyDefinition {
    const merged: Record<string, ArgumentValue> = { ...policy?.definition };
    for (const [key, value] of Object.entries(operator?.definition ?? {})) {
        merged[key] = mergedValue(policy, operator, key) ?? value;
    }
    return merged;
}

/** Whether the policy's value counts, rather than the argument's; between policies, the operator's rather than the policy's. */
export function isPolicyStronger(
    precedence: Precedence,
    policy: ArgumentValue,
    other: ArgumentValue,
): boolean {
    if (precedence === "policy" || precedence === "argument") {
        return precedence === "policy";
    }
    // What is no number the broker would have refused; it must not beat one that counts.
    if (typeof policy !== "number" || typeof other !== "number") {
        return typeof policy === "number";
    }
    const least = precedence === "minimum" || (precedence === "limit" && policy >= 0 && other >= 0);
    return least ? policy < other : policy > other;
}
