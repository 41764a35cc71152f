import { defaultExchange } from "../permissionNeeds.js";
import { quoted, userPlace } from "../place.js";
import type { Rule } from "../rule.js";

export const excessPermission: Rule = {
    id: "excessPermission",
    severity: "warning",
    reason: "A service may do more than it declares: whoever takes it over can read, forge or delete what is others'.",
    fix: "Narrow the patterns to the names that the service uses; nothing needs to be configured at run time.",
    invariants: [24],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: (subject) => {
        const { allowedBy, exchangesOf, queuesOf } = subject;
        const names = (objects: readonly { readonly name: string }[]): ReadonlySet<string> =>
            new Set(objects.map(({ name }) => name));
        const home = subject.topology.vhosts[0]?.name ?? "";
        const exchanges = new Set([...names(exchangesOf(home)), defaultExchange]);
        const queues = names(queuesOf(home));
        const everything = new Set([...exchanges, ...queues]);
        return subject.permissionNeeds.flatMap(({ service, user, write, read, permission }) =>
            permission === undefined
                ? []
                : [
                      { operation: "configure", needed: new Set<string>(), all: everything },
                      { operation: "write", needed: write, all: exchanges },
                      { operation: "read", needed: read, all: queues },
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
                                    message: `may ${operation} ${quoted(excess.sort())}, which it does not declare to`,
                                    fix: `narrow the pattern "${pattern}" for ${operation}`,
                                },
                            ];
                  }),
        );
    },
};
