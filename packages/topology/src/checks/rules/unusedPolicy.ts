import { patternFault } from "../../patterns/policyPattern.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unusedPolicy: CheckRule = {
    id: "unusedPolicy",
    severity: "warning",
    reason: "A policy matches no object: the intended objects have other names, or a type that it does not apply to.",
    fix: "Correct the pattern or the types that it applies to, or remove the policy.",
    invariants: ["completePolicy", "anchoredPatterns"],
    source: "https://www.rabbitmq.com/docs/policies#how-policies-work",
    check: ({ topology, matched, isExport }) =>
        [...topology.policies, ...topology.operatorPolicies]
            // An invalid pattern is invalidPattern's finding.
            .filter((policy) => matched(policy).length === 0 && patternFault(policy.pattern) === undefined)
            .map(({ vhost, name, pattern, applyTo }) => ({
                // A broker export contains no temporary queues.
                ...(isExport && { severity: "note" as const }),
                place: placeOf(vhost, "policy", name),
                message: `matches no object: pattern "${pattern}", applied to ${applyTo.replace("_", " ")}`,
                fix: "correct the pattern or the types that it applies to, or remove the policy",
            })),
};
