import { type Topology, usersOf } from "@spot-messaging/topology";
import { effectiveSettings } from "@spot-messaging/topology/broker";
import { settingValue } from "../render/settingValue.ts";
import { type ListSource, type Table, tableOf } from "./column.ts";
import type { KindName } from "./kindNames.ts";
import { queueTable } from "./queues.ts";

/** The table of each kind of objects. */
export const tables: Readonly<Record<KindName, (source: ListSource) => Table>> = {
    queues: queueTable,
    exchanges: ({ topology }) => exchangeTable(topology),
    bindings: ({ topology }) => bindingTable(topology),
    users: ({ topology }) => userTable(topology),
    policies: ({ topology }) => policyTable(topology),
    services: ({ topology }) => serviceTable(topology),
    vhosts: ({ topology }) => vhostTable(topology),
};

function exchangeTable(topology: Topology): Table {
    const settingsOf = effectiveSettings(topology);
    const { bindings, services } = topology;
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
            value: ({ vhost, name }) =>
                bindings.filter((each) => each.vhost === vhost && each.source === name).length,
        },
        {
            id: "publishedBy",
            value: ({ vhost, name }) =>
                services
                    .filter(
                        (each) =>
                            each.vhost === vhost &&
                            [...each.publishes, ...each.calls].some(({ exchange }) => exchange === name),
                    )
                    .map((each) => each.name),
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
    return tableOf(users, [
        { id: "name", value: ({ name }) => name },
        { id: "tags", value: ({ tags }) => tags },
        {
            id: "services",
            value: ({ name }) =>
                services.filter((each) => usersOf(each).includes(name)).map((each) => each.name),
        },
        {
            id: "vhosts",
            value: ({ name }) => permissions.filter(({ user }) => user === name).map(({ vhost }) => vhost),
        },
        {
            id: "permissions",
            value: ({ name }) =>
                permissions
                    .filter(({ user }) => user === name)
                    .map(({ vhost, configure, write, read }) => ({ vhost, configure, write, read })),
            text: ({ name }) =>
                permissions
                    .filter(({ user }) => user === name)
                    .map(
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
    const count = (objects: readonly { readonly vhost: string }[], name: string): number =>
        objects.filter(({ vhost }) => vhost === name).length;
    return tableOf(vhosts, [
        { id: "name", value: ({ name }) => name },
        { id: "exchanges", value: ({ name }) => count(exchanges, name) },
        { id: "queues", value: ({ name }) => count(queues, name) },
        { id: "bindings", value: ({ name }) => count(bindings, name) },
        { id: "policies", value: ({ name }) => count(policies, name) },
        { id: "defaultQueueType", value: ({ defaultQueueType }) => defaultQueueType ?? null },
        {
            id: "protectedFromDeletion",
            value: ({ protectedFromDeletion }) => protectedFromDeletion ?? false,
            wide: true,
        },
        { id: "limits", value: ({ limits }) => (limits === undefined ? null : { ...limits }), wide: true },
    ]);
}
