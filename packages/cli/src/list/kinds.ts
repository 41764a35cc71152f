import { type Topology, usersOf } from "@spot-messaging/topology";
import { effectiveSettings } from "@spot-messaging/topology/broker";
import { groupLookup } from "@spot-messaging/topology/text";
import { settingValue } from "../render/settingValue.ts";
import { key, type ListSource, type Table, tableOf } from "./column.ts";
import type { KindName } from "./kindNames.ts";
import { parameterTable, shovelTable, upstreamTable } from "./links.ts";
import { queueTable } from "./queues.ts";

/** The table of each kind of objects. */
export const tables: Readonly<Record<KindName, (source: ListSource) => Table>> = {
    queues: queueTable,
    exchanges: ({ topology }) => exchangeTable(topology),
    bindings: ({ topology }) => bindingTable(topology),
    users: ({ topology }) => userTable(topology),
    policies: ({ topology }) => policyTable(topology),
    shovels: ({ topology }) => shovelTable(topology),
    upstreams: ({ topology }) => upstreamTable(topology),
    parameters: ({ topology }) => parameterTable(topology),
    services: ({ topology }) => serviceTable(topology),
    vhosts: ({ topology }) => vhostTable(topology),
};

function exchangeTable(topology: Topology): Table {
    const settingsOf = effectiveSettings(topology);
    const bindingsFrom = groupLookup(topology.bindings, ({ vhost, source }) => key(vhost, source));
    const publishersTo = groupLookup(
        topology.services.flatMap(({ vhost, name, publishes, calls }) =>
            [...new Set([...publishes, ...calls].map(({ exchange }) => exchange))].map((exchange) => ({
                service: name,
                key: key(vhost, exchange),
            })),
        ),
        (each) => each.key,
    );
    return tableOf(topology.exchanges, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "name", value: ({ name }) => name },
        { id: "type", value: ({ type }) => type },
        {
            id: "alternate",
            value: (exchange) => {
                const name = settingsOf(exchange).settings.value("alternate-exchange");
                return typeof name === "string" ? name : null;
            },
        },
        {
            id: "bindings",
            value: ({ vhost, name }) => bindingsFrom(key(vhost, name)).length,
        },
        {
            id: "publishedBy",
            value: ({ vhost, name }) => publishersTo(key(vhost, name)).map(({ service }) => service),
        },
        { id: "durable", value: ({ durable }) => durable, wide: true },
        { id: "internal", value: ({ internal }) => internal, wide: true },
        { id: "policy", value: (exchange) => settingsOf(exchange).policy?.name ?? null, wide: true },
    ]);
}

function bindingTable({ bindings }: Topology): Table {
    return tableOf(bindings, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "source", value: ({ source }) => source },
        { id: "destination", value: ({ destination }) => destination },
        { id: "destinationType", value: ({ destinationType }) => destinationType },
        { id: "routingKey", value: ({ routingKey }) => routingKey },
        {
            id: "arguments",
            value: (each) => each.arguments,
            text: (each) => pairs(each.arguments),
        },
    ]);
}

/** One text for each key, such as `x-match=all`. */
function pairs(values: Topology["policies"][number]["definition"]): readonly string[] {
    return Object.entries(values).map(([key, value]) => `${key}=${settingValue(key, value)}`);
}

function userTable({ users, permissions, services }: Topology): Table {
    const permissionsOf = groupLookup(permissions, ({ user }) => user);
    const servicesOf = groupLookup(
        services.flatMap((each) => [...new Set(usersOf(each))].map((user) => ({ user, service: each.name }))),
        ({ user }) => user,
    );
    return tableOf(users, [
        { id: "name", value: ({ name }) => name },
        { id: "tags", value: ({ tags }) => tags },
        {
            id: "services",
            value: ({ name }) => servicesOf(name).map(({ service }) => service),
        },
        {
            id: "vhosts",
            value: ({ name }) => permissionsOf(name).map(({ vhost }) => vhost),
        },
        {
            id: "permissions",
            value: ({ name }) =>
                permissionsOf(name).map(({ vhost, configure, write, read }) => ({
                    vhost,
                    configure,
                    write,
                    read,
                })),
            text: ({ name }) =>
                permissionsOf(name).map(
                    ({ vhost, configure, write, read }) =>
                        `${vhost}: configure "${configure}" write "${write}" read "${read}"`,
                ),
            wide: true,
        },
        { id: "limits", value: ({ limits }) => (limits === undefined ? null : { ...limits }), wide: true },
    ]);
}

function policyTable({ policies, operatorPolicies }: Topology): Table {
    const all = [
        ...policies.map((each) => ({ ...each, operator: false })),
        ...operatorPolicies.map((each) => ({ ...each, operator: true })),
    ];
    return tableOf(all, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "name", value: ({ name }) => name },
        { id: "pattern", value: ({ pattern }) => pattern },
        { id: "applyTo", value: ({ applyTo }) => applyTo },
        { id: "priority", value: ({ precedence }) => precedence },
        {
            id: "definition",
            value: ({ definition }) => definition,
            text: ({ definition }) => pairs(definition),
        },
        { id: "operator", value: ({ operator }) => operator, wide: true },
    ]);
}

function serviceTable({ services }: Topology): Table {
    return tableOf(services, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "name", value: ({ name }) => name },
        { id: "publishes", value: ({ publishes }) => publishes.map(({ message }) => message) },
        { id: "calls", value: ({ calls }) => calls.map(({ message }) => message) },
        { id: "consumes", value: ({ consumes }) => consumes.map(({ queue }) => queue) },
        { id: "replicas", value: ({ workload }) => workload?.replicas ?? null },
        { id: "inspects", value: ({ inspects }) => inspects, wide: true },
        { id: "users", value: usersOf, wide: true },
        { id: "tags", value: ({ tags }) => tags, wide: true },
    ]);
}

function vhostTable({ vhosts, exchanges, queues, bindings, policies }: Topology): Table {
    const counter = (objects: readonly { readonly vhost: string }[]) => {
        const objectsIn = groupLookup(objects, ({ vhost }) => vhost);
        return ({ name }: { readonly name: string }): number => objectsIn(name).length;
    };
    return tableOf(vhosts, [
        { id: "name", value: ({ name }) => name },
        { id: "exchanges", value: counter(exchanges) },
        { id: "queues", value: counter(queues) },
        { id: "bindings", value: counter(bindings) },
        { id: "policies", value: counter(policies) },
        { id: "defaultQueueType", value: ({ defaultQueueType }) => defaultQueueType ?? null },
        {
            id: "protectedFromDeletion",
            value: ({ protectedFromDeletion }) => protectedFromDeletion ?? false,
            wide: true,
        },
        { id: "limits", value: ({ limits }) => (limits === undefined ? null : { ...limits }), wide: true },
    ]);
}
