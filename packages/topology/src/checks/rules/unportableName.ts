import type { CheckRule } from "../rule.ts";

export const unportableName: CheckRule = {
    id: "unportableName",
    severity: "error",
    reason: "The provider's ids (name@vhost, a/b for bindings) and its reading of digits as numbers cannot carry every name that the broker takes: a stack with such a name can be neither updated nor destroyed.",
    fix: "Choose another name: letters, digits, dots, hyphens and underscores.",
    invariants: ["distinctNames"],
    source: "https://www.pulumi.com/registry/packages/rabbitmq/",
    check: ({ objects, foreign }) =>
        objects
            // Names of others are theirs, and the broker itself names its first virtual host "/".
            .filter(
                ({ kind, name }) =>
                    name !== "" && !(foreign && (kind === "virtual host" || name === "guest")),
            )
            .flatMap(({ kind, name }) => {
                const message = problemOf(name);
                return message === undefined
                    ? []
                    : [
                          {
                              ...(foreign && { severity: "note" as const }),
                              place: `${kind} "${name}"`,
                              message,
                              fix: "choose another name: letters, digits, dots, hyphens and underscores",
                          },
                      ];
            }),
};

function problemOf(name: string): string | undefined {
    // A policy definition is a map of strings to the provider, which makes numbers of those that look like one.
    if (/^\d+$/.test(name)) {
        return "consists of digits only, which the provider would send as a number";
    }
    return /^[\w.-]+$/.test(name) ? undefined : "contains characters that ids and patterns cannot carry";
}
