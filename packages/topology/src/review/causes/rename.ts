import { pushTo } from "../../lookup/groups.ts";
import { objectKey, type Topology } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Change, ObjectKind } from "../compare/change.ts";
import { successorOf } from "../compare/successor.ts";
import type { ChangeIndex } from "./changeIndex.ts";

/** An object that is deleted and created again with another name. */
export interface RenamedObject {
    readonly deleted: Change;
    readonly created: Change;
}

/** The kinds that are compared by everything but their name. */
const kinds = ["vhost", "exchange", "policy", "operator policy", "user", "service"] as const;

/**
 * The deleted objects that a person would call renamed: a new object of the kind is the same in everything but its name. RabbitMQ has no
 * renaming.
 */
export function renamesIn({ changes, comparison }: ChangeIndex): readonly RenamedObject[] {
    const { before, after } = comparison;
    const isNew = (action: Change["action"], kind: ObjectKind): readonly Change[] =>
        changes.filter((each) => each.action === action && each.object.kind === kind);
    const alike = kinds.flatMap((kind) => {
        const [deleted, created] = [isNew("delete", kind), isNew("create", kind)];
        return deleted.length === 0 || created.length === 0
            ? []
            : pairs(byForm(deleted, before, kind, changes), byForm(created, after, kind, changes));
    });
    const newQueues = new Map(isNew("create", "queue").map((each) => [objectKey(each.object), each]));
    const queues = isNew("delete", "queue").flatMap((deleted) => {
        const queue = before.queueNamed(deleted.object.vhost, deleted.object.name);
        const successor = queue === undefined ? undefined : successorOf(queue, comparison);
        const created = successor === undefined ? undefined : newQueues.get(objectKey(successor));
        return created === undefined ? [] : [{ deleted, created }];
    });
    return [...alike, ...queues];
}

/** Only one deleted and one new object of a form are a pair; of several, it is unknown which became which. */
function pairs(
    deleted: ReadonlyMap<string, readonly Change[]>,
    created: ReadonlyMap<string, readonly Change[]>,
): readonly RenamedObject[] {
    return [...deleted].flatMap(([form, [first, ...others]]) => {
        const [second, ...more] = created.get(form) ?? [];
        return first === undefined || second === undefined || others.length + more.length > 0
            ? []
            : [{ deleted: first, created: second }];
    });
}

function byForm(
    changes: readonly Change[],
    side: TopologyView,
    kind: (typeof kinds)[number],
    all: readonly Change[],
): ReadonlyMap<string, readonly Change[]> {
    const changed = new Set(
        all
            .filter(({ action, object }) => action !== "update" && object.kind === "queue")
            .map(({ object }) => objectKey(object)),
    );
    const found = new Map<string, Change[]>();
    for (const each of changes) {
        const form = formOf(each, side, kind, (queue) => changed.has(objectKey(queue)));
        if (form !== undefined) {
            pushTo(found, form, each);
        }
    }
    return found;
}

/** Replaces the name of the object itself, and names that change as well. */
const anyName = "\0";

type Named = { readonly vhost: string; readonly name: string };

/** Everything about an object but its name, as text. `undefined`: too little to compare it by. */
function formOf(
    { object: { vhost, name } }: Change,
    side: TopologyView,
    kind: (typeof kinds)[number],
    isChangedQueue: (queue: Named) => boolean,
): string | undefined {
    const { topology } = side;
    switch (kind) {
        case "vhost":
            return contentOf(topology, name);
        case "exchange": {
            const exchange = side.exchangeNamed(vhost, name);
            const bindings = side.bindingsFrom({ vhost, name }).map((each) => {
                const isChanged = isChangedQueue({ vhost, name: each.destination });
                return [each.destinationType, isChanged ? anyName : each.destination, each.routingKey];
            });
            return exchange === undefined || bindings.length === 0
                ? undefined
                : JSON.stringify([{ ...exchange, name: anyName }, bindings]);
        }
        case "policy":
        case "operator policy": {
            const list = kind === "policy" ? topology.policies : topology.operatorPolicies;
            return nameless(
                list.find((each) => each.vhost === vhost && each.name === name),
                name,
            );
        }
        case "user":
            return nameless(
                [
                    topology.users.find((each) => each.name === name),
                    topology.permissions.filter(({ user }) => user === name),
                    topology.topicPermissions.filter(({ user }) => user === name),
                ],
                name,
            );
        case "service":
            return nameless(
                topology.services.find((each) => each.vhost === vhost && each.name === name),
                name,
            );
    }
}

function nameless(value: unknown, name: string): string | undefined {
    return value === undefined ? undefined : JSON.stringify(value).replaceAll(name, anyName);
}

/** The names of everything in a virtual host; an empty one has no form. */
function contentOf({ exchanges, queues, bindings, policies }: Topology, vhost: string): string | undefined {
    const own = [exchanges, queues, policies].map((list) =>
        (list as readonly Named[]).filter((each) => each.vhost === vhost).map(({ name }) => name),
    );
    return own.every(({ length }) => length === 0)
        ? undefined
        : JSON.stringify([own, bindings.filter((each) => each.vhost === vhost).length]);
}
