import { groupBy } from "../lookup/groups.ts";
import { groupedByName } from "../lookup/named.ts";
import type { InVhost, Topology } from "../model/index.ts";

/** An object whose name the broker knows. */
export interface NamedObject {
    readonly kind: string;
    readonly name: string;
    /** Within what the name must be the only one; empty for what is the whole broker's. */
    readonly vhost: string;
}

/** Everything in a topology that has a name. */
export function namedObjects(topology: Topology): readonly NamedObject[] {
    const within = (kind: string, objects: readonly InVhost[]): readonly NamedObject[] =>
        objects.map(({ vhost, name }) => ({ kind, vhost, name }));
    const global = (kind: string, objects: readonly { readonly name: string }[]): readonly NamedObject[] =>
        objects.map(({ name }) => ({ kind, vhost: "", name }));
    return [
        ...global("virtual host", topology.vhosts),
        ...within("exchange", topology.exchanges),
        ...within("queue", topology.queues),
        ...within("policy", topology.policies),
        ...within("operator policy", topology.operatorPolicies),
        ...global("user", topology.users),
    ];
}

/**
 * The objects of one kind and place whose names are alike but for upper and lower case: groups of two and more, in the order of their
 * first.
 */
export function namesakesOf(objects: readonly NamedObject[]): readonly (readonly NamedObject[])[] {
    return [...groupBy(objects, ({ kind }) => kind).values()].flatMap((ofKind) => {
        // Nearly always, no two are alike, whatever their virtual hosts.
        if (new Set(ofKind.map(({ name }) => name.toLowerCase())).size === ofKind.length) {
            return [];
        }
        const alike = groupedByName(ofKind, ({ vhost, name }) => ({ vhost, name: name.toLowerCase() }));
        return ofKind
            .map(({ vhost, name }) => alike(vhost, name.toLowerCase()))
            .filter((group, index) => group.length > 1 && group[0] === ofKind[index]);
    });
}
