import { vhostNames } from "../../access/vhostNames.ts";
import { quotedFirst } from "../../text/names.ts";
import { userPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const excessivePermission: CheckRule = {
    id: "excessivePermission",
    severity: "warning",
    reason: "A service has more permissions than it declares: an attacker who controls it can read, forge or delete messages of other services.",
    fix: "Narrow the patterns to the names that the service uses. A service declares nothing at run time, so it needs no configure permission.",
    invariants: ["leastPrivilege"],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: (view) => {
        const { allowedBy } = view;
        const namesIn = vhostNames(view);
        return view.permissionNeeds.flatMap(({ service, user, vhost, write, read, permission }) =>
            permission === undefined
                ? []
                : [
                      { operation: "configure", needed: new Set<string>(), all: namesIn(vhost).everything },
                      { operation: "write", needed: write, all: namesIn(vhost).exchanges },
                      { operation: "read", needed: read, all: namesIn(vhost).queues },
                  ].flatMap(({ operation, needed, all }) => {
                      const pattern = permission[operation as "configure" | "write" | "read"]; // of the list above
                      const excess = allowedBy(pattern)
                          .among(all)
                          .filter((name) => !needed.has(name));
                      return excess.length === 0
                          ? []
                          : [
                                {
                                    place: userPlace(service, user),
                                    message: `has ${operation} permission for ${quotedFirst(excess.sort())}, which it does not declare`,
                                    fix: `narrow the ${operation} pattern "${pattern}"`,
                                },
                            ];
                  }),
        );
    },
};
