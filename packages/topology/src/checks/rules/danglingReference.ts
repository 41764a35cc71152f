import { memoize } from "../../lookup/memoize.ts";
import { builtInExchange } from "../../model/builtInExchange.ts";
import { suggestName } from "../../text/names.ts";
import { type Exists, missingReferences, type ReferenceKind } from "../facts/references.ts";
import type { CheckRule } from "../rule.ts";

export const danglingReference: CheckRule = {
    id: "danglingReference",
    severity: "error",
    reason: "An exchange, queue, user or virtual host is used but not declared: the broker refuses the declaration, or messages are lost.",
    fix: "Declare what is missing, or correct the name.",
    invariants: ["existingReferences", "deadLettersReachQueue"],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: (view) => {
        const { topology } = view;
        const vhosts = topology.vhosts.map(({ name }) => name);
        const users = topology.users.map(({ name }) => name);
        const known: Readonly<Record<ReferenceKind, (vhost: string) => readonly string[]>> = {
            "virtual host": () => vhosts,
            user: () => users,
            exchange: memoize((vhost) => view.exchangesOf(vhost).map(({ name }) => name)),
            queue: memoize((vhost) => view.queuesOf(vhost).map(({ name }) => name)),
        };
        const vhostSet = new Set(vhosts);
        const userSet = new Set(users);
        const exists: Exists = (kind, vhost, name) =>
            kind === "virtual host"
                ? vhostSet.has(name)
                : kind === "user"
                  ? userSet.has(name)
                  : kind === "queue"
                    ? view.queueNamed(vhost, name) !== undefined || view.isExclusive(vhost, name)
                    : (view.exchangeNamed(vhost, name) ?? builtInExchange(vhost, name)) !== undefined;
        return missingReferences(view, exists).map(({ place, role, kind, vhost, name, own }) => ({
            place,
            message: `${role} "${name}" does not exist`,
            fix: suggestName(
                name,
                known[kind](vhost).filter((each) => each !== own),
                `declare the ${kind} or remove the reference`,
            ),
        }));
    },
};
