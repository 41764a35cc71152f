import { grouped, identity } from "../grouped.js";
import { type NamedObject, namedObjects } from "../namedObjects.js";
import { quoted } from "../place.js";
import type { Rule } from "../rule.js";

export const caseTwins: Rule = {
    id: "caseTwins",
    severity: "warning",
    reason: "Two names differ only in upper and lower case, which the broker tells apart and people do not: messages wait in the queue that nobody consumes.",
    fix: "Rename one of them.",
    invariants: [35],
    source: "https://www.rabbitmq.com/docs/queues#names",
    check: ({ topology }) => {
        const keyOf = ({ kind, vhost, name }: NamedObject): string =>
            identity(`${kind} ${vhost}`, name.toLowerCase());
        const objects = namedObjects(topology);
        const alike = grouped(objects, keyOf);
        return objects.flatMap((each) => {
            const group = alike(keyOf(each));
            if (group.length === 1) {
                return [];
            }
            const names = [...new Set(group.map(({ name }) => name))];
            const others = names.filter((name) => name !== each.name);
            return others.length === 0 || names[0] !== each.name
                ? []
                : [
                      {
                          place: `${each.kind} "${each.name}"`,
                          message: `differs from ${quoted(others)} only in upper and lower case`,
                          fix: "rename one of them",
                      },
                  ];
        });
    },
};
