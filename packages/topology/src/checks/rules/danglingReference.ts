import { builtInExchange } from "../../routing/routingIndex.ts";
import { suggestName } from "../../text/names.ts";
import { type Exists, missingReferences, type ReferenceKind } from "../facts/references.ts";
import type { Rule } from "../rule.ts";

export const danglingReference: Rule = {
    id: "danglingReference",
    severity: "error",
    reason: "Something refers to an exchange, a queue, a user or a virtual host that nobody declares: the declaration fails, or messages vanish.",
    fix: "Declare what is missing, or correct the name.",
    invariants: ["existingReferences", "deadLettersReachQueue"],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: (subject) => {
        const { topology } = subject;
        const vhosts = topology.vhosts.map(({ name }) => name);
        const users = topology.users.map(({ name }) => name);
        const known: Readonly<Record<ReferenceKind, (vhost: string) => readonly string[]>> = {
            "virtual host": () => vhosts,
            user: () => users,
            exchange: (vhost) => subject.exchangesOf(vhost).map(({ name }) => name),
            queue: (vhost) => subject.queuesOf(vhost).map(({ name }) => name),
        };
        const vhostSet = new Set(vhosts);
        const userSet = new Set(users);
        const exists: Exists = (kind, vhost, name) =>
            kind === "virtual host"
                ? vhostSet.has(name)
                : kind === "user"
                  ? userSet.has(name)
                  : kind === "queue"
                    ? subject.queueNamed(vhost, name) !== undefined
                    : (subject.exchangeNamed(vhost, name) ?? builtInExchange(vhost, name)) !== undefined;
        return missingReferences(subject, exists).map(({ place, role, kind, vhost, name }) => ({
            place,
            message: `${role} "${name}" does not exist`,
            fix: suggestName(name, known[kind](vhost), `declare the ${kind} or remove the reference`),
        }));
    },
};
