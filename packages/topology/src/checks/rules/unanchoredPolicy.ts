import { literalNames, type PolicyPattern, policyPattern } from "../../patterns/policyPattern.ts";
import { quotedFirst } from "../../text/names.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unanchoredPolicy: CheckRule = {
    id: "unanchoredPolicy",
    severity: "warning",
    reason: "A policy's pattern is not anchored, so it also matches names that only contain the intended name: a new queue gets its settings by accident.",
    fix: "Anchor the pattern: ^name$.",
    invariants: ["anchoredPatterns"],
    source: "https://www.rabbitmq.com/docs/policies#how-policies-work",
    check: ({ topology, matched, isExport }) =>
        [...topology.policies, ...topology.operatorPolicies].flatMap((policy) => {
            const { vhost, name, pattern } = policy;
            const whole = literalNames(pattern) === undefined ? wholePattern(pattern) : undefined;
            if (whole === undefined) {
                return [];
            }
            const names = [...new Set(matched(policy).map((each) => each.name))];
            const partial = names.filter((each) => !whole.test(each));
            // "^orders\." is an intended prefix. A pattern that is the whole name of an object, or that may begin anywhere, is not.
            const isMeantWhole = partial.length < names.length || !pattern.startsWith("^");
            return partial.length === 0 || !isMeantWhole
                ? []
                : [
                      {
                          ...(isExport && { severity: "note" as const }),
                          place: placeOf(vhost, "policy", name),
                          message: `pattern "${pattern}" matches only a part of ${quotedFirst(partial)}`,
                          fix: "anchor the pattern with ^ and $, or write .* where any text is allowed",
                      },
                  ];
        }),
};

/** The pattern anchored at both ends; `undefined` if it is invalid, which is invalidPattern's finding. */
function wholePattern(pattern: string): PolicyPattern | undefined {
    return policyPattern(`^(?:${pattern})$`);
}
