import { literalNames, type PatternFault, patternFault } from "../../patterns/policyPattern.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const invalidPattern: CheckRule = {
    id: "invalidPattern",
    severity: "error",
    reason: "A pattern is not a valid regular expression: the broker refuses the policy or permission.",
    fix: "Escape special characters with a backslash.",
    invariants: ["anchoredPatterns", "leastPrivilege"],
    source: "https://www.rabbitmq.com/docs/policies#how-policies-work",
    check: ({ topology }) =>
        [
            ...[...topology.policies, ...topology.operatorPolicies].map(({ vhost, name, pattern }) => ({
                place: placeOf(vhost, "policy", name),
                patterns: { pattern },
            })),
            ...topology.permissions.map(({ vhost, user, configure, write, read }) => ({
                place: placeOf(vhost, "permission", user),
                patterns: { configure, write, read },
            })),
            ...topology.topicPermissions.map(({ vhost, user, write, read }) => ({
                place: placeOf(vhost, "topic permission", user),
                patterns: { write, read },
            })),
        ].flatMap(({ place, patterns }) =>
            Object.entries(patterns).flatMap(([field, pattern]) => {
                switch (faultOf(pattern)) {
                    case undefined:
                        return [];
                    case "invalid":
                        return [
                            {
                                place,
                                message: `${field} "${pattern}" is not a valid regular expression`,
                                fix: "escape special characters with a backslash",
                            },
                        ];
                    case "unsupported":
                        return [
                            {
                                severity: "warning" as const,
                                place,
                                message: `${field} "${pattern}" uses syntax that the checks do not support, so they treat it as a pattern that matches nothing`,
                                fix: "write it without back references, recursion, conditions, verbs or Unicode properties",
                            },
                        ];
                }
            }),
        ),
};

function faultOf(pattern: string): PatternFault | undefined {
    // Nearly all patterns are plain names; compiling a regular expression for each of many thousands is slow.
    return literalNames(pattern) === undefined ? patternFault(pattern) : undefined;
}
