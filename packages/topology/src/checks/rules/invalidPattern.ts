import { literalNames, type PatternFault, patternFault } from "../../patterns/policyPattern.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const invalidPattern: CheckRule = {
    id: "invalidPattern",
    severity: "error",
    reason: "A pattern is no regular expression: the broker refuses the policy or permission.",
    fix: "Escape what is meant literally.",
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
                                message: `${field} "${pattern}" is no regular expression`,
                                fix: "escape what is meant literally with a backslash",
                            },
                        ];
                    case "unsupported":
                        return [
                            {
                                severity: "warning" as const,
                                place,
                                message: `${field} "${pattern}" has something that is not followed here: it is judged as if it matched nothing`,
                                fix: "write it without back references, recursion, conditions, verbs and Unicode properties",
                            },
                        ];
                }
            }),
        ),
};

function faultOf(pattern: string): PatternFault | undefined {
    // Nearly all are plain names, and an expression for each of many thousands is a lot to make.
    return literalNames(pattern) === undefined ? patternFault(pattern) : undefined;
}
