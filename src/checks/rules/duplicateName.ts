import { grouped, identity } from "../grouped.js";
import { type NamedObject, namedObjects } from "../namedObjects.js";
import type { Rule } from "../rule.js";

export const duplicateName: Rule = {
    id: "duplicateName",
    severity: "error",
    reason: "Two declarations have one name: the second is refused, or silently overwrites the first.",
    fix: "Remove one, or choose another name.",
    invariants: [35],
    source: "https://www.rabbitmq.com/docs/queues#property-equivalence",
    check: ({ topology }) => {
        const keyOf = ({ kind, vhost, name }: NamedObject): string => identity(`${kind} ${vhost}`, name);
        const objects = namedObjects(topology);
        const alike = grouped(objects, keyOf);
        return objects
            .filter((each) => alike(keyOf(each)).length > 1 && alike(keyOf(each))[0] === each)
            .map((each) => ({
                place: `${each.kind} "${each.name}"`,
                message: `is declared ${alike(keyOf(each)).length} times`,
                fix: "remove one, or choose another name",
            }));
    },
};
