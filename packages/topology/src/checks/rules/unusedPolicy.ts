import { patternFault } from "../../patterns/policyPattern.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unusedPolicy: CheckRule = {
    id: "unusedPolicy",
    severity: "warning",
    reason: "A policy matches nothing: the objects that it was written for have other names, or are of a kind that it does not look at.",
    fix: "Correct the pattern or what it applies to, or remove the policy.",
    invariants: ["completePolicy", "anchoredPatterns"],
    source: "https://www.rabbitmq.com/docs/policies#how-policies-work",
    check: ({ topology, matched, foreign }) =>
        [...topology.policies, ...topology.operatorPolicies]
            // A pattern that cannot be matched has a rule of its own.
            .filter((policy) => matched(policy).length === 0 && patternFault(policy.pattern) === undefined)
            .map(({ vhost, name, pattern, applyTo }) => ({
                // Queues that come and go are not part of an export.
                ...(foreign && { severity: "note" as const }),
                place: placeOf(vhost, "policy", name),
                message: `matches no object: pattern "${pattern}", applied to ${applyTo.replace("_", " ")}`,
                fix: "correct the pattern or what it applies to, or remove the policy",
            })),
};
