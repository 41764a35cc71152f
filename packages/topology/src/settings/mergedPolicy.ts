import { queueSettings } from "../broker/capabilities.ts";
import type { Precedence } from "../broker/capability.ts";
import type { ArgumentValue, Policy, PolicyDefinition } from "../model/index.ts";

/** The value of a setting merged from a policy and an operator policy, whether or not it has an effect. */
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

/** Policy and operator policy merged, key by key. */
export function mergedDefinition(policy: Policy | undefined, operator: Policy | undefined): PolicyDefinition {
    const merged: Record<string, ArgumentValue> = { ...policy?.definition };
    for (const [key, value] of Object.entries(operator?.definition ?? {})) {
        merged[key] = mergedValue(policy, operator, key) ?? value;
    }
    return merged;
}

/** Whether a policy's value wins over an argument's, or an operator policy's over a policy's. */
export function isPolicyStronger(
    precedence: Precedence,
    policy: ArgumentValue,
    other: ArgumentValue,
): boolean {
    if (precedence === "policy" || precedence === "argument") {
        return precedence === "policy";
    }
    // The broker refuses a value that is not a number; it must not win over a valid one.
    if (typeof policy !== "number" || typeof other !== "number") {
        return typeof policy === "number";
    }
    const isMinimum = precedence === "minimum" || (precedence === "limit" && policy >= 0 && other >= 0);
    return isMinimum ? policy < other : policy > other;
}
