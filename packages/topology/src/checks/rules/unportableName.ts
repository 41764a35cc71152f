import type { CheckRule } from "../rule.ts";

export const unportableName: CheckRule = {
    id: "unportableName",
    severity: "error",
    reason: "The RabbitMQ provider for Pulumi cannot handle every name that the broker accepts, because of its ids (name@vhost, a/b for bindings) and because it reads digits as numbers. A stack with such a name cannot be updated or destroyed.",
    fix: "Choose another name: letters, digits, dots, hyphens and underscores.",
    invariants: ["distinctNames"],
    source: "https://www.pulumi.com/registry/packages/rabbitmq/",
    check: ({ objects, isExport }) =>
        objects
            // The broker itself creates the virtual host "/" and the user "guest".
            .filter(
                ({ kind, name }) =>
                    name !== "" && !(isExport && (kind === "virtual host" || name === "guest")),
            )
            .flatMap(({ kind, name }) => {
                const message = problemOf(name);
                return message === undefined
                    ? []
                    : [
                          {
                              ...(isExport && { severity: "note" as const }),
                              place: `${kind} "${name}"`,
                              message,
                              fix: "choose another name: letters, digits, dots, hyphens and underscores",
                          },
                      ];
            }),
};

function problemOf(name: string): string | undefined {
    // The provider takes a policy definition as a map of strings, and converts strings of digits to numbers.
    if (/^\d+$/.test(name)) {
        return "consists of digits only, which the provider sends as a number";
    }
    return /^[\w.-]+$/.test(name)
        ? undefined
        : "contains characters that the provider's ids or patterns do not support";
}
