import { quotedFirst } from "../../text/names.ts";
import type { Names } from "../facts/nameMatcher.ts";
import { defaultExchange } from "../facts/permissionNeeds.ts";
import { homeVhost } from "../facts/traffic.ts";
import { userPlace } from "../place.ts";
import type { Rule } from "../rule.ts";

export const excessPermission: Rule = {
    id: "excessPermission",
    severity: "warning",
    reason: "A service may do more than it declares: whoever takes it over can read, forge or delete what is others'.",
    fix: "Narrow the patterns to the names that the service uses; nothing needs to be configured at run time.",
    invariants: ["leastPrivilege"],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: (subject) => {
        const { allowedBy, exchangesOf, queueNamed, queuesOf } = subject;
        const home = homeVhost(subject.topology);
        const exchanges = new Set([...exchangesOf(home).map(({ name }) => name), defaultExchange]);
        const queues = namesOf(queuesOf(home), (name) => queueNamed(home, name) !== undefined);
        const everything: Names = {
            has: (name) => exchanges.has(name) || queues.has(name),
            [Symbol.iterator]: () => new Set([...exchanges, ...queues]).values(),
        };
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
                                    message: `may ${operation} ${quotedFirst(excess.sort())}, which it does not declare to`,
                                    fix: `narrow the pattern "${pattern}" for ${operation}`,
                                },
                            ];
                  }),
        );
    },
};

function namesOf(objects: readonly { readonly name: string }[], has: (name: string) => boolean): Names {
    return { has, [Symbol.iterator]: () => new Set(objects.map(({ name }) => name)).values() };
}
