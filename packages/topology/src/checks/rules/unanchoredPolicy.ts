import { literalNames, type PolicyPattern, policyPattern } from "../../patterns/policyPattern.ts";
import { quotedFirst } from "../../text/names.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unanchoredPolicy: CheckRule = {
    id: "unanchoredPolicy",
    severity: "warning",
    reason: "A policy's pattern is not anchored and also matches names that merely contain what was meant: a new queue gets settings by accident.",
    fix: "Anchor the pattern: ^name$.",
    invariants: ["anchoredPatterns"],
    source: "https://www.rabbitmq.com/docs/policies#how-policies-work",
    check: ({ topology, matched, foreign }) =>
        [...topology.policies, ...topology.operatorPolicies].flatMap((policy) => {
            const { vhost, name, pattern } = policy;
            const whole = literalNames(pattern) === undefined ? wholly(pattern) : undefined;
            if (whole === undefined) {
                return [];
            }
            const names = [...new Set(matched(policy).map((each) => each.name))];
            const byAccident = names.filter((each) => !whole.test(each));
            // "^orders\." is a prefix on purpose; a pattern that is somebody's whole name, or begins anywhere, is not.
            const meantWhole = byAccident.length < names.length || !pattern.startsWith("^");
            return byAccident.length === 0 || !meantWhole
                ? []
                : [
                      {
                          ...(foreign && { severity: "note" as const }),
                          place: placeOf(vhost, "policy", name),
                          message: `pattern "${pattern}" matches ${quotedFirst(byAccident)} only in part`,
                          fix: "anchor the pattern with ^ and $, or write .* where anything may stand",
                      },
                  ];
        }),
};

/** The pattern over the whole name; `undefined` where it is no pattern, which another rule tells. */
function wholly(pattern: string): PolicyPattern | undefined {
    return policyPattern(`^(?:${pattern})$`);
}
