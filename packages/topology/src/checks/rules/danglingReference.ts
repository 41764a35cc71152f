import { federationOf } from "../../links/federation.ts";
import { memoize } from "../../lookup/memoize.ts";
import { builtInExchange } from "../../model/builtInExchange.ts";
import type { InVhost } from "../../model/index.ts";
import { suggestName } from "../../text/names.ts";
import { type Exists, missingReferences, type ReferenceKind } from "../facts/references.ts";
import type { CheckRule } from "../rule.ts";

export const danglingReference: CheckRule = {
    id: "danglingReference",
    severity: "error",
    reason: "An exchange, queue, user, virtual host or federation upstream is used but not declared: the broker refuses the declaration, starts no link, or messages are lost.",
    fix: "Declare what is missing, or correct the name.",
    invariants: ["existingReferences", "deadLettersReachQueue"],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: (view) => {
        const { topology } = view;
        const federation = federationOf(topology, view.version);
        const vhosts = topology.vhosts.map(({ name }) => name);
        const users = topology.users.map(({ name }) => name);
        const known: Readonly<Record<ReferenceKind, (vhost: string) => readonly string[]>> = {
            "virtual host": () => vhosts,
            user: () => users,
            exchange: memoize((vhost) => view.exchangesOf(vhost).map(({ name }) => name)),
            queue: memoize((vhost) => view.queuesOf(vhost).map(({ name }) => name)),
            "federation upstream": (vhost) => namesIn(vhost, federation.upstreams),
            "federation upstream set": (vhost) => namesIn(vhost, federation.sets),
        };
        const vhostSet = new Set(vhosts);
        const userSet = new Set(users);
        const exists: Exists = (kind, vhost, name) => {
            switch (kind) {
                case "virtual host":
                    return vhostSet.has(name);
                case "user":
                    return userSet.has(name);
                case "queue":
                    return view.queueNamed(vhost, name) !== undefined || view.isExclusive(vhost, name);
                case "exchange":
                    return (view.exchangeNamed(vhost, name) ?? builtInExchange(vhost, name)) !== undefined;
                case "federation upstream":
                    return federation.upstreamNamed(vhost, name) !== undefined;
                case "federation upstream set":
                    return federation.hasSet(vhost, name);
            }
        };
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

function namesIn(vhost: string, objects: readonly InVhost[]): readonly string[] {
    return objects.filter((each) => each.vhost === vhost).map(({ name }) => name);
}
