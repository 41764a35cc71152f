import type { Component } from "../definitions/component.ts";
import type { Topology } from "../model/index.ts";
import { defaultVhost } from "../provider/declaredObject.ts";
import type { LogicalName } from "../provider/logicalName.ts";
import { acceptedNames, logicalNames } from "../provider/logicalNames.ts";
import { resourceRules } from "./changeRules/resource.ts";
import { objectId } from "./compare/change.ts";
import { objectOf } from "./compare/comparedObject.ts";
import type { UnintendedDeletion } from "./unintendedDeletion.ts";

/** A topology and the component that declares it. */
interface Declared {
    readonly topology: Topology;
    readonly component: Component;
}

/**
 * The objects, by id, that Pulumi creates under a new logical name and then deletes under the old one, because the head has no alias with the
 * old name. Pulumi only forgets the virtual host `/`.
 */
export function renamedResources(before: Declared, after: Declared): ReadonlyMap<string, UnintendedDeletion> {
    const old = namesOf(before);
    const found = new Map<string, UnintendedDeletion>();
    for (const [id, identity] of namesOf(after)) {
        const name = old.get(id)?.name;
        if (
            name !== undefined &&
            name !== identity.name &&
            !acceptedNames(after.component, identity).has(name) &&
            id !== retainedVhost
        ) {
            found.set(id, deletion(name, identity.name, before.component, after.component));
        }
    }
    return found;
}

const retainedVhost = objectId(objectOf.vhosts({ name: defaultVhost }));

function namesOf({ topology, component }: Declared): ReadonlyMap<string, LogicalName> {
    const names = logicalNames(component.name, topology);
    const ids = <T>(
        list: readonly { readonly object: T; readonly identity: LogicalName }[],
        objectOfEach: (object: T) => Parameters<typeof objectId>[0],
    ): readonly (readonly [string, LogicalName])[] =>
        list.map(({ object, identity }) => [objectId(objectOfEach(object)), identity]);
    return new Map([
        ...ids(names.vhosts, objectOf.vhosts),
        ...ids(names.users, objectOf.users),
        ...ids(names.exchanges, objectOf.exchanges),
        ...ids(
            names.topicPermissions.flatMap(({ object: { records }, identity }) =>
                records.map((object) => ({ object, identity })),
            ),
            objectOf.topicPermissions,
        ),
        ...ids(names.permissions, objectOf.permissions),
        ...ids(names.policies, objectOf.policies),
        ...ids(names.operatorPolicies, objectOf.operatorPolicies),
        ...ids(names.queues, objectOf.queues),
        ...ids(names.bindings, objectOf.bindings),
    ]);
}

function deletion(from: string, to: string, before: Component, after: Component): UnintendedDeletion {
    return {
        rule: resourceRules.renamed,
        text: `the logical name changed from "${from}" to "${to}" without an alias. Pulumi creates "${to}", which changes nothing on the broker, and then deletes "${from}", which is the same object`,
        safeWay: after.aliases.includes(before.name)
            ? `Keep the name "${before.name}" of the component: its alias does not give "${to}" the name "${from}".`
            : `Keep the name "${before.name}" of the component, or add aliases: [{ name: "${before.name}" }] to its options and "${before.name}" to the component's aliases in topology.config.ts.`,
    };
}
