import { literalNames } from "../../broker/policyPattern.js";
import { placeOf } from "../place.js";
import type { Rule } from "../rule.js";

export const invalidPattern: Rule = {
    id: "invalidPattern",
    severity: "error",
    reason: "A pattern is no regular expression: the broker refuses the policy or permission.",
    fix: "Escape what is meant literally.",
    invariants: [11, 24],
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
            Object.entries(patterns)
                .filter(([, pattern]) => !isPattern(pattern))
                .map(([field, pattern]) => ({
                    place,
                    message: `${field} "${pattern}" is no regular expression`,
                    fix: "escape what is meant literally with a backslash",
                })),
        ),
};

/** The broker's expressions are Perl's: what this engine calls an error by its strict reading may well be one of its own. */
function isPattern(pattern: string): boolean {
    // Nearly all are plain names, and an expression for each of many thousands is a lot to make.
    if (literalNames(pattern) !== undefined) {
        return true;
    }
    try {
        new RegExp(pattern.replace(/^\(\?[imsx]+\)/, ""));
        return true;
    } catch {
        return false;
    }
}
