import type { Component } from "../definitions/component.ts";
import { type Binding, objectKey, type TopicPermission, type Topology } from "../model/index.ts";
import { bindingNaming, type LogicalName, named, objectNaming, userNaming } from "./logicalName.ts";

/** An object with the logical name of the resource that declares it. */
export interface NamedObject<T> {
    readonly object: T;
    readonly identity: LogicalName;
}

/** The topic permissions of a user in a virtual host. */
export interface UserRecords {
    readonly user: string;
    readonly vhost: string;
    readonly records: readonly TopicPermission[];
}

/** The objects that a component declares, by list. */
export interface LogicalNames {
    readonly vhosts: readonly NamedObject<Topology["vhosts"][number]>[];
    readonly users: readonly NamedObject<Topology["users"][number]>[];
    readonly exchanges: readonly NamedObject<Topology["exchanges"][number]>[];
    /** One resource declares all topic permissions of a user in a virtual host. */
    readonly topicPermissions: readonly NamedObject<UserRecords>[];
    readonly permissions: readonly NamedObject<Topology["permissions"][number]>[];
    readonly policies: readonly NamedObject<Topology["policies"][number]>[];
    readonly operatorPolicies: readonly NamedObject<Topology["operatorPolicies"][number]>[];
    readonly queues: readonly NamedObject<Topology["queues"][number]>[];
    readonly bindings: readonly NamedObject<Binding>[];
}

/** The logical names of all objects that the component `MessagingTopology` declares. */
export function logicalNames(component: string, topology: Topology): LogicalNames {
    const plain = <T extends { readonly name: string }>(
        kind: string,
        objects: readonly T[],
    ): readonly NamedObject<T>[] =>
        objects.map((object) => ({
            object,
            identity: { name: `${component}-${kind}-${object.name}`, aliases: [] },
        }));
    return {
        vhosts: plain("vhost", topology.vhosts),
        users: plain("user", topology.users),
        exchanges: named(component, "exchange", topology.exchanges, objectNaming),
        topicPermissions: named(
            component,
            "topic-permissions",
            recordsByUser(topology.topicPermissions),
            userNaming,
        ),
        permissions: named(component, "permissions", topology.permissions, userNaming),
        policies: named(component, "policy", topology.policies, objectNaming),
        operatorPolicies: named(component, "operator-policy", topology.operatorPolicies, objectNaming),
        queues: named(component, "queue", topology.queues, objectNaming),
        bindings: named(component, "binding", topology.bindings, bindingNaming),
    };
}

/** All names by which Pulumi finds the resource: a child inherits the aliases of its component. */
export function acceptedNames(component: Component, { name, aliases }: LogicalName): ReadonlySet<string> {
    const own = [name, ...aliases.map((each) => each.name)];
    const inherited = component.aliases.flatMap((alias) =>
        own.map((each) => `${alias}${each.slice(component.name.length)}`),
    );
    return new Set([...own, ...inherited]);
}

/** The provider has one resource for a user's topic permissions on all exchanges of a virtual host. */
function recordsByUser(records: readonly TopicPermission[]): readonly UserRecords[] {
    const found = new Map<string, UserRecords & { readonly records: TopicPermission[] }>();
    for (const record of records) {
        const { user, vhost } = record;
        const key = objectKey({ vhost, name: user });
        const group = found.get(key) ?? { user, vhost, records: [] };
        group.records.push(record);
        found.set(key, group);
    }
    return [...found.values()];
}
