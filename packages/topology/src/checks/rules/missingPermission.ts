import { defaultExchange } from "../../model/builtInExchange.ts";
import { quotedFirst } from "../../text/names.ts";
import { userPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const missingPermission: CheckRule = {
    id: "missingPermission",
    severity: "error",
    reason: "A service lacks a permission for what it declares: the broker closes its channel with ACCESS_REFUSED.",
    fix: "Extend the patterns of its permission to the exchanges that it publishes to and the queues that it consumes.",
    invariants: ["leastPrivilege"],
    source: "https://www.rabbitmq.com/docs/access-control#authorisation",
    check: (view) =>
        view.permissionNeeds.flatMap(({ service, user, vhost, write, read, permission }) => {
            if (permission === undefined) {
                return write.size + read.size === 0
                    ? []
                    : [
                          {
                              place: userPlace(service, user),
                              message: `has no permission in virtual host "${vhost}"`,
                              fix: `declare the user "${user}" and a permission for it`,
                          },
                      ];
            }
            return (
                [
                    { operation: "write", needed: write, pattern: permission.write },
                    { operation: "read", needed: read, pattern: permission.read },
                ] as const
            ).flatMap(({ operation, needed, pattern }) => {
                const { test } = view.allowedBy(pattern);
                // What does not exist is danglingReference's finding.
                const exists = operation === "write" ? view.exchangeNamed : view.queueNamed;
                const refused = [...needed]
                    .filter((name) => name === defaultExchange || exists(vhost, name) !== undefined)
                    .filter((name) => !test(name))
                    .sort();
                return refused.length === 0
                    ? []
                    : [
                          {
                              place: userPlace(service, user),
                              message: `needs ${operation} permission for ${quotedFirst(refused)}, but does not have it`,
                              fix: `add the name to the ${operation} pattern`,
                          },
                      ];
            });
        }),
};
