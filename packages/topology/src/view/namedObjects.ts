import { groupBy } from "../lookup/groups.ts";
import { groupedByName } from "../lookup/named.ts";
import type { InVhost, Topology } from "../model/index.ts";

/** An object of the broker with a name. */
export interface NamedObject {
    readonly kind: string;
    readonly name: string;
    /** The virtual host in which the name must be unique; empty if it must be unique in the whole broker. */
    readonly vhost: string;
}

/** All objects of a topology with a name. */
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
 * Groups of two or more objects of the same kind and virtual host whose names are equal, ignoring upper and lower case, in the order of the
 * first object.
 */
export function similarNamesOf(objects: readonly NamedObject[]): readonly (readonly NamedObject[])[] {
    return [...groupBy(objects, ({ kind }) => kind).values()].flatMap((ofKind) => {
        // Common case: no two names are similar in any virtual host.
        if (new Set(ofKind.map(({ name }) => name.toLowerCase())).size === ofKind.length) {
            return [];
        }
        const similar = groupedByName(ofKind, ({ vhost, name }) => ({ vhost, name: name.toLowerCase() }));
        return ofKind
            .map(({ vhost, name }) => similar(vhost, name.toLowerCase()))
            .filter((group, index) => group.length > 1 && group[0] === ofKind[index]);
    });
}
