import { lazy } from "../../lookup/memoize.ts";
import type {
    ArgumentValue,
    Binding,
    InVhost,
    Service,
    TopicPermission,
    Topology,
} from "../../model/index.ts";
import { compareText } from "../../text/names.ts";
import { type TopologyList } from "./canonical.ts";
import { type ChangedObject, type ObjectKind, objectId, quotedIfStrange } from "./change.ts";

/** An object of a topology as the diff compares it: its identity, and every other fact of it by name. */
export interface ComparedObject {
    readonly object: ChangedObject;
    readonly fields: ReadonlyMap<string, ArgumentValue>;
    /** All of it in one text: equal texts mean equal fields; different ones may differ in the order of keys only. */
    readonly text: string;
}

/**
 * Every object of a topology by its identity. Two that the broker would take for one are one here: the last counts, as with an import.
 * @param topology in canonical order
 */
export function comparedObjects(topology: Topology): ReadonlyMap<string, ComparedObject> {
    const { vhosts, exchanges, queues, bindings, policies, operatorPolicies, users, ...rest } = topology;
    const as =
        <Noun extends object>(objectOfEach: (each: Noun) => ChangedObject) =>
        (each: Noun) =>
            compared(objectOfEach(each), each);
    const all = [
        compared(brokerObject, { version: topology.brokerVersion }),
        ...vhosts.map(as(objectOf.vhosts)),
        ...exchanges.map(as(objectOf.exchanges)),
        ...queues.map(as(objectOf.queues)),
        ...bindings.map(as(objectOf.bindings)),
        ...policies.map(as(objectOf.policies)),
        ...operatorPolicies.map(as(objectOf.operatorPolicies)),
        ...users.map(as(objectOf.users)),
        ...rest.permissions.map(as(objectOf.permissions)),
        ...rest.topicPermissions.map(as(objectOf.topicPermissions)),
        ...rest.services.map((each) => compared(objectOf.services(each), byMessage(each))),
        ...rest.retries.map((each) => compared(objectOf.retries(each), each.route)),
    ];
    return new Map(all.map((each) => [objectId(each.object), each]));
}

/** What a topology says of the broker itself. */
export const brokerObject: ChangedObject = { kind: "broker", vhost: "", name: "version" };

/** A binding has no name: its two ends, its key and its arguments tell it apart, to the broker, too. */
export function bindingObject(each: Binding): ChangedObject {
    const { vhost, source, destination, destinationType, routingKey, arguments: args } = each;
    const sorted = Object.entries(args).sort(([a], [b]) => compareText(a, b));
    const [from, to] = [quotedIfStrange(source), quotedIfStrange(destination)];
    const target = destinationType === "queue" ? to : `exchange ${to}`;
    const key = routingKey === "" ? "" : quotedIfStrange(routingKey);
    const rest = sorted.length === 0 ? "" : ` ${JSON.stringify(Object.fromEntries(sorted))}`;
    return { kind: "binding", vhost, name: `${from} -> ${target} (${key})${rest}` };
}

export function topicPermissionObject({ vhost, user, exchange }: TopicPermission): ChangedObject {
    const name = `${quotedIfStrange(user)} on ${quotedIfStrange(exchange)}`;
    return { kind: "topic permission", vhost, name };
}

const inVhost =
    (kind: ObjectKind) =>
    ({ vhost, name }: InVhost): ChangedObject => ({ kind, vhost, name });
const anywhere =
    (kind: ObjectKind) =>
    ({ name }: { readonly name: string }): ChangedObject => ({ kind, vhost: "", name });

/** What an entry of each list is called. */
export const objectOf = {
    vhosts: anywhere("vhost"),
    exchanges: inVhost("exchange"),
    queues: inVhost("queue"),
    bindings: bindingObject,
    policies: inVhost("policy"),
    operatorPolicies: inVhost("operator policy"),
    users: anywhere("user"),
    permissions: ({ vhost, user }) => ({ kind: "permission", vhost, name: user }),
    topicPermissions: topicPermissionObject,
    services: inVhost("service"),
    retries: ({ vhost, queue }) => ({ kind: "retry", vhost, name: queue }),
} as const satisfies { readonly [List in TopologyList]: (each: Topology[List][number]) => ChangedObject };

/** Most objects are the same on both sides, and nobody asks for the fields of those. */
function compared(object: ChangedObject, noun: object): ComparedObject {
    const fields = lazy(() => fieldsOf(noun));
    return {
        object,
        get text() {
            return JSON.stringify(noun);
        },
        get fields() {
            return fields();
        },
    };
}

function fieldsOf(noun: object): ReadonlyMap<string, ArgumentValue> {
    const fields = new Map<string, ArgumentValue>();
    for (const [key, value] of Object.entries(noun)) {
        if (key !== "vhost" && key !== "name" && value !== undefined) {
            flatten([key], value as ArgumentValue, fields); // the nouns are plain data
        }
    }
    return fields;
}

/** Tables inside of an argument, a setting or a definition are values; everything else is taken apart. */
const tables = ["arguments", "definition", "settings"];

function flatten(path: readonly string[], value: ArgumentValue, fields: Map<string, ArgumentValue>): void {
    const isValue = tables.includes(path.at(-2) ?? "");
    if (isValue || typeof value !== "object" || value === null || Array.isArray(value)) {
        fields.set(fieldName(path), value);
        return;
    }
    for (const [key, inner] of Object.entries(value)) {
        flatten([...path, key], inner, fields);
    }
}

/** A segment that could be mistaken for two stands in quotes. */
function fieldName(path: readonly string[]): string {
    return path.map((each) => (/^[\w-]+$/u.test(each) ? each : JSON.stringify(each))).join(".");
}

/** The segments of a field's name. */
export function fieldPath(field: string): readonly string[] {
    return [...field.matchAll(/"(?:[^"\\]|\\.)*"|[\w-]+/gu)].map(([segment]) =>
        segment.startsWith('"') ? String(JSON.parse(segment)) : segment,
    );
}

/** A service's lists as tables by message, so that a change names the message; of two with one name the second gets a number. */
function byMessage(service: Service): object {
    return {
        ...service,
        publishes: table(service.publishes),
        consumes: table(service.consumes),
        calls: table(service.calls),
    };
}

function table<T extends { readonly message: string }>(items: readonly T[]): Readonly<Record<string, T>> {
    const named = new Map<string, T>();
    for (const each of items.toSorted((a, b) => compareText(sortKey(a), sortKey(b)))) {
        let name = each.message;
        for (let count = 2; named.has(name); count++) {
            name = `${each.message} (${count})`;
        }
        named.set(name, each);
    }
    return Object.fromEntries(named);
}

/** The same for equal content, in whatever order it was written. */
function sortKey(each: { readonly message: string }): string {
    return JSON.stringify(Object.entries(each).sort(([a], [b]) => compareText(a, b)));
}
