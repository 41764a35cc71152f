import { policyTargets, winningPolicies } from "../broker/effective.js";
import type { Topology } from "../model/index.js";
import type { Finding } from "./finding.js";
import { meant, placeOf } from "./place.js";

/** Something refers to an exchange, a queue, a user or a virtual host that nobody declares: the apply fails, or messages vanish. */
export function danglingReference(topology: Topology): readonly Finding[] {
    return [...references(topology).filter(({ known, name }) => !known.includes(name))].map(
        ({ place, role, kind, name, known }) => ({
            rule: "danglingReference",
            severity: "error",
            place,
            message: `${role} "${name}" does not exist`,
            fix: meant(name, known, `declare the ${kind} or remove the reference`),
        }),
    );
}

interface Reference {
    readonly place: string;
    /** What the name is for: `dead-letter exchange`. */
    readonly role: string;
    readonly kind: string;
    readonly name: string;
    readonly known: readonly string[];
}

function references(topology: Topology): readonly Reference[] {
    const vhosts = topology.vhosts.map(({ name }) => name);
    const users = topology.users.map(({ name }) => name);
    const exchangesOf = namesByVhost(topology.exchanges);
    const queuesOf = namesByVhost(topology.queues);
    const [onlyVhost = ""] = vhosts;
    const toVhost = [...topology.exchanges, ...topology.queues, ...topology.policies].map(
        ({ vhost, name }) => ({
            place: `object "${name}"`,
            role: "virtual host",
            kind: "virtual host",
            name: vhost,
            known: vhosts,
        }),
    );
    const ofBindings = topology.bindings.flatMap(
        ({ vhost, source, destination, destinationType, routingKey }) => {
            const place = placeOf(vhost, "binding", `${source} -> ${destination} (${routingKey})`);
            const destinations = destinationType === "queue" ? queuesOf(vhost) : exchangesOf(vhost);
            return [
                { place, role: "source", kind: "exchange", name: source, known: exchangesOf(vhost) },
                {
                    place,
                    role: "destination",
                    kind: destinationType,
                    name: destination,
                    known: destinations,
                },
            ];
        },
    );
    const ofSettings = policyTargets(topology).flatMap((target) => {
        const { kind, object } = target;
        const [policy] = winningPolicies(topology.policies, target);
        const key = kind === "queue" ? "dead-letter-exchange" : "alternate-exchange";
        const argument = object.arguments[kind === "queue" ? `x-${key}` : key];
        const name = argument ?? policy?.definition[key];
        // The empty name is the default exchange, which always exists.
        if (typeof name !== "string" || name === "") {
            return [];
        }
        const role = kind === "queue" ? "dead-letter exchange" : "alternate exchange";
        return [
            {
                place: placeOf(object.vhost, kind, object.name),
                role,
                kind: "exchange",
                name,
                known: exchangesOf(object.vhost),
            },
        ];
    });
    const ofServices = topology.services.flatMap((service) => {
        const place = `service "${service.name}"`;
        const queueNames = [...service.consumes.map(({ queue }) => queue), ...service.inspects];
        return [
            ...[...service.publishes, ...service.calls].map(({ exchange }) => ({
                place,
                role: "exchange",
                kind: "exchange",
                name: exchange,
                known: exchangesOf(onlyVhost),
            })),
            ...queueNames.map((name) => ({
                place,
                role: "queue",
                kind: "queue",
                name,
                known: queuesOf(onlyVhost),
            })),
        ];
    });
    const ofPermissions = [...topology.permissions, ...topology.topicPermissions].map(({ user, vhost }) => ({
        place: placeOf(vhost, "permission", user),
        role: "user",
        kind: "user",
        name: user,
        known: users,
    }));
    return [...toVhost, ...ofBindings, ...ofSettings, ...ofServices, ...ofPermissions];
}

function namesByVhost(
    objects: readonly { readonly vhost: string; readonly name: string }[],
): (vhost: string) => readonly string[] {
    const names = new Map<string, string[]>();
    for (const { vhost, name } of objects) {
        names.set(vhost, [...(names.get(vhost) ?? []), name]);
    }
    return (vhost) => names.get(vhost) ?? [];
}
