import { lazy } from "../../lookup/memoize.ts";
import {
    type ArgumentValue,
    type Binding,
    type InVhost,
    type Parameter,
    parameterKind,
    parameterName,
    type Service,
    type TopicPermission,
    type Topology,
} from "../../model/index.ts";
import { compareText } from "../../text/names.ts";
import { type TopologyList } from "./canonical.ts";
import { type ChangedObject, type ObjectKind, objectId, quotedIfStrange } from "./change.ts";

/** An object of a topology in the form that the diff compares: its identity and its fields. */
export interface ComparedObject {
    readonly object: ChangedObject;
    readonly fields: ReadonlyMap<string, ArgumentValue>;
    /** The object as JSON. Equal texts mean equal fields; different texts may differ only in the order of keys. */
    readonly text: string;
}

/**
 * Every object of a topology by its identity. Of two objects with one identity the last counts, as in an import of definitions.
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
        ...(topology.parameters ?? []).map(as(parameterObject)),
        ...(topology.globalParameters ?? []).map(as(globalParameterObject)),
        ...users.map(as(objectOf.users)),
        ...rest.permissions.map(as(objectOf.permissions)),
        ...rest.topicPermissions.map(as(objectOf.topicPermissions)),
        ...rest.services.map((each) => compared(objectOf.services(each), byMessage(each))),
        ...rest.retries.map((each) => {
            const { route, redriveExchange } = each;
            return compared(objectOf.retries(each), {
                ...route,
                ...(redriveExchange !== undefined && { redriveExchange }),
            });
        }),
    ];
    return new Map(all.map((each) => [objectId(each.object), each]));
}

/** The broker itself as an object of a topology. */
export const brokerObject: ChangedObject = { kind: "broker", vhost: "", name: "version" };

/** A binding has no name: its source, destination, routing key and arguments identify it, on the broker as well. */
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

export function parameterObject(each: Omit<Parameter, "value">): ChangedObject {
    return { kind: parameterKind(each), vhost: each.vhost, name: parameterName(each) };
}

const inVhost =
    (kind: ObjectKind) =>
    ({ vhost, name }: InVhost): ChangedObject => ({ kind, vhost, name });
const anywhere =
    (kind: ObjectKind) =>
    ({ name }: { readonly name: string }): ChangedObject => ({ kind, vhost: "", name });

const globalParameterObject = anywhere("global parameter");

/** The identity of an entry of each list. */
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

/** The text and the fields are computed on demand: most objects do not change. */
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

/** A table inside arguments, settings, a definition or the value of a parameter is one value; other tables become a field per entry. */
const tables = ["arguments", "definition", "settings", "value"];

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

/** A segment with special characters is quoted. */
function fieldName(path: readonly string[]): string {
    return path.map((each) => (/^[\w-]+$/u.test(each) ? each : JSON.stringify(each))).join(".");
}

/** The segments of a field's name. */
export function fieldPath(field: string): readonly string[] {
    return [...field.matchAll(/"(?:[^"\\]|\\.)*"|[\w-]+/gu)].map(([segment]) =>
        segment.startsWith('"') ? String(JSON.parse(segment)) : segment,
    );
}

/** A service with its lists as tables by message, so that a change names the message. A second entry with the same message gets a number. */
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

/** Does not depend on the order of keys. */
function sortKey(each: { readonly message: string }): string {
    return JSON.stringify(Object.entries(each).sort(([a], [b]) => compareText(a, b)));
}
