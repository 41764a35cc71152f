import type { ManagementApi } from "@spot-messaging/management";
import type { Binding, Topology } from "@spot-messaging/topology";
import { policyBody } from "../../../packages/cli/src/migrate/brokerRequest.ts";
import type { Change } from "../../../packages/topology/src/review/compare/change.ts";
import { bindingObject } from "../../../packages/topology/src/review/compare/comparedObject.ts";

/** The topology in another virtual host. */
export function moved(topology: Topology, vhost: string): Topology {
    const here = <T extends { readonly vhost: string }>(items: readonly T[]): readonly T[] =>
        items.map((each) => ({ ...each, vhost }));
    return {
        ...topology,
        vhosts: [{ name: vhost }],
        exchanges: here(topology.exchanges),
        queues: here(topology.queues),
        bindings: here(topology.bindings),
        policies: here(topology.policies),
        operatorPolicies: here(topology.operatorPolicies),
        permissions: here(topology.permissions),
        topicPermissions: here(topology.topicPermissions),
        services: here(topology.services),
        retries: here(topology.retries),
    };
}

/**
 * Applies changes to a broker in the order of the engine and the provider. Creations and changes come first, in the order of dependence; a
 * replaced object is deleted and created again with its bindings. Deletions come last, in the opposite order. Not done: users.
 * @param betweenDeleteAndCreate runs after a replaced object is deleted and before it is created again
 */
export async function applied(
    api: ManagementApi,
    after: Topology,
    changes: readonly Change[],
    betweenDeleteAndCreate: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
    const order = ["vhost", "permission", "exchange", "policy", "operator policy", "queue", "binding"];
    const ordered = [...changes].sort((a, b) => order.indexOf(a.object.kind) - order.indexOf(b.object.kind));
    for (const change of ordered.filter(({ action }) => action !== "delete")) {
        if (change.action === "replace") {
            await remove(api, change);
            await betweenDeleteAndCreate();
        }
        await put(api, after, change);
    }
    const replaced = new Set(
        changes.filter(({ action }) => action === "replace").map(({ object }) => object.name),
    );
    for (const each of after.bindings) {
        if (replaced.has(each.source) || replaced.has(each.destination)) {
            await api.declareBinding(each.vhost, each);
        }
    }
    for (const change of ordered.filter(({ action }) => action === "delete").reverse()) {
        await remove(api, change);
    }
}

async function put(api: ManagementApi, after: Topology, { object }: Change): Promise<void> {
    const { kind, vhost, name } = object;
    const isIt = (each: { readonly name: string }): boolean => each.name === name;
    switch (kind) {
        case "exchange":
            for (const { type, durable, autoDelete, arguments: args } of after.exchanges.filter(isIt)) {
                await api.declareExchange(vhost, name, {
                    type,
                    durable,
                    auto_delete: autoDelete,
                    arguments: args,
                });
            }
            return;
        case "queue":
            for (const { type, durable, autoDelete, arguments: args } of after.queues.filter(isIt)) {
                await api.declareQueue(vhost, name, {
                    durable,
                    auto_delete: autoDelete,
                    arguments: { ...args, "x-queue-type": type },
                });
            }
            return;
        case "binding":
            for (const each of after.bindings.filter((one) => bindingObject(one).name === name)) {
                await api.declareBinding(vhost, each);
            }
            return;
        case "policy":
            for (const each of after.policies.filter(isIt)) {
                await api.putPolicy(vhost, name, policyBody(each));
            }
            return;
        case "operator policy":
            for (const each of after.operatorPolicies.filter(isIt)) {
                await api.putOperatorPolicy(vhost, name, policyBody(each));
            }
            return;
        case "permission":
            for (const { user, configure, write, read } of after.permissions.filter(
                (each) => each.user === name,
            )) {
                await api.putPermissions(vhost, user, { configure, write, read });
            }
            return;
        case "broker":
        case "vhost":
        case "user":
        case "topic permission":
        case "service":
        case "retry":
            return;
        case "shovel":
        case "federation upstream":
        case "federation upstream set":
        case "parameter":
        case "global parameter":
            throw new Error(`${kind} "${name}": the topologies of these tests have none`);
    }
}

async function remove(api: ManagementApi, { object, fields }: Change): Promise<void> {
    const { kind, vhost, name } = object;
    const field = (key: string): string => {
        const value = fields.find((each) => each.field === key)?.before;
        return typeof value === "string" ? value : "";
    };
    switch (kind) {
        case "exchange":
            return api.deleteExchange(vhost, name);
        case "queue":
            return api.deleteQueue(vhost, name);
        case "binding":
            return api.deleteBinding(
                vhost,
                {
                    source: field("source"),
                    destination: field("destination"),
                    destinationType: field("destinationType") as Binding["destinationType"], // the field's own values
                },
                field("routingKey") === "" ? "~" : field("routingKey"),
            );
        case "policy":
            return api.deletePolicy(vhost, name);
        case "operator policy":
            return api.deleteOperatorPolicy(vhost, name);
        case "permission":
            return api.deletePermissions(vhost, name);
        case "broker":
        case "vhost":
        case "user":
        case "topic permission":
        case "service":
        case "retry":
            return;
        case "shovel":
        case "federation upstream":
        case "federation upstream set":
        case "parameter":
        case "global parameter":
            throw new Error(`${kind} "${name}": the topologies of these tests have none`);
    }
}
