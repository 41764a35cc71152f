import type { ArgumentValue, Topology } from "../../src/model/index.ts";
import { canonicalTopology } from "../../src/review/compare/canonical.ts";
import {
    type Change,
    type ChangedObject,
    type ObjectKind,
    objectId,
} from "../../src/review/compare/change.ts";
import { comparedObjects, fieldPath } from "../../src/review/compare/comparedObject.ts";

type Fields = ReadonlyMap<string, ArgumentValue>;
type Table = Record<string, unknown>;

/** The list of a topology with objects of a kind. */
const lists: Readonly<Partial<Record<ObjectKind, keyof Topology>>> = {
    vhost: "vhosts",
    exchange: "exchanges",
    queue: "queues",
    binding: "bindings",
    policy: "policies",
    "operator policy": "operatorPolicies",
    user: "users",
    permission: "permissions",
    "topic permission": "topicPermissions",
    service: "services",
    retry: "retries",
};

/** What has no field while it is empty. */
const empty: Readonly<Partial<Record<ObjectKind, object>>> = {
    exchange: { arguments: {} },
    queue: { arguments: {} },
    binding: { arguments: {} },
    policy: { definition: {} },
    "operator policy": { definition: {} },
    service: { publishes: {}, consumes: {}, calls: {} },
};

/** The topology that the changes make of another, from what they say alone. */
export function applyDiff(topology: Topology, changes: readonly Change[]): Topology {
    const objects = new Map<string, { readonly object: ChangedObject; readonly fields: Fields }>(
        comparedObjects(topology),
    );
    for (const { object, action, fields } of changes) {
        const key = objectId(object);
        const changed = new Map(action === "create" ? [] : objects.get(key)?.fields);
        for (const { field, after } of fields) {
            if (after === undefined) {
                changed.delete(field);
            } else {
                changed.set(field, after);
            }
        }
        if (action === "delete") {
            objects.delete(key);
        } else {
            objects.set(key, { object, fields: changed });
        }
    }
    const built: Record<string, unknown> = {};
    for (const list of Object.values(lists)) {
        built[list] = [];
    }
    for (const { object, fields } of objects.values()) {
        const noun = nested(object, fields);
        const list = lists[object.kind];
        if (object.kind === "broker") {
            built["brokerVersion"] = noun["version"];
        } else if (list !== undefined) {
            (built[list] as unknown[]).push(object.kind === "retry" ? retryOf(object, noun) : noun); // made above
        }
    }
    return canonicalTopology(built as unknown as Topology); // every list was filled from nouns
}

function nested({ kind, vhost, name }: ChangedObject, fields: Fields): Table {
    const isNamed = !["binding", "permission", "topic permission"].includes(kind);
    const noun: Table = {
        ...(vhost !== "" && { vhost }),
        ...(isNamed && { name }),
        ...structuredClone(empty[kind]),
    };
    for (const [field, value] of fields) {
        const path = fieldPath(field);
        let table = noun;
        for (const key of path.slice(0, -1)) {
            if (!Object.hasOwn(table, key)) {
                table[key] = {};
            }
            table = table[key] as Table; // a path leads through tables
        }
        Object.defineProperty(table, path.at(-1) ?? "", {
            value,
            enumerable: true,
            writable: true,
            configurable: true,
        });
    }
    if (kind === "service") {
        for (const list of ["publishes", "consumes", "calls"]) {
            noun[list] = Object.values(noun[list] as Table); // the empty service has them
        }
        if (noun["workload"] !== undefined) {
            noun["workload"] = { settings: {}, ...(noun["workload"] as Table) }; // a table where there is one
        }
    }
    return noun;
}

function retryOf({ vhost, name: queue }: ChangedObject, noun: Table): Table {
    const { redriveExchange } = noun;
    const identifying = ["vhost", "name", "redriveExchange"];
    const route = Object.fromEntries(Object.entries(noun).filter(([key]) => !identifying.includes(key)));
    return { vhost, queue, route, ...(redriveExchange !== undefined && { redriveExchange }) };
}
