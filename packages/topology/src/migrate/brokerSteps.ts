import type { Topology } from "../model/index.ts";
import { type BrokerObject, brokerKey, brokerObjects, isSameObject, ownerKeys } from "./brokerObjects.ts";

/** One request to a broker. */
export interface BrokerStep {
    /** `replace` deletes an object and declares it again. A queue to delete or replace must be empty. */
    readonly action: "put" | "replace" | "delete";
    /** As it is after the step; for a deletion, as it was before. */
    readonly object: BrokerObject;
}

/** The order in which objects are created. Deletions are in the opposite order. */
const order: readonly BrokerObject["kind"][] = [
    "vhost",
    "user",
    "permission",
    "topic permission",
    "exchange",
    "operator policy",
    "policy",
    "parameter",
    "queue",
    "binding",
];

/**
 * The requests that lead from one topology to another, in an order in which no message loses its way. What is new comes first, then what is replaced,
 * with its bindings and topic permissions, and at last the bindings and queues to delete.
 */
export function brokerSteps(from: Topology, to: Topology): readonly BrokerStep[] {
    return stepsBetween(brokerObjects(from), brokerObjects(to));
}

/** As {@link brokerSteps}, for objects by their keys. */
export function stepsBetween(
    before: ReadonlyMap<string, BrokerObject>,
    after: ReadonlyMap<string, BrokerObject>,
): readonly BrokerStep[] {
    const put: BrokerObject[] = [];
    const replaced: BrokerObject[] = [];
    for (const [key, object] of after) {
        const old = before.get(key);
        if (!isSameObject(old, object)) {
            const isFixed = object.kind === "queue" || object.kind === "exchange";
            (old !== undefined && isFixed ? replaced : put).push(object);
        }
    }
    const deleted = [...before].filter(([key]) => !after.has(key)).map(([, object]) => object);
    const owned = inOrder([...after.values()].filter((each) => ownerKeys(each).length > 0));
    const ownedBy = (owners: readonly BrokerObject[]): readonly BrokerObject[] => {
        const keys = new Set(owners.map(brokerKey));
        return owned.filter((each) => ownerKeys(each).some((owner) => keys.has(owner)));
    };
    const exchanges = replaced.filter(({ kind }) => kind === "exchange");
    const queues = replaced.filter(({ kind }) => kind === "queue");
    const later = new Set([...ownedBy(exchanges), ...ownedBy(queues)]);
    const as = (action: BrokerStep["action"], objects: readonly BrokerObject[]): readonly BrokerStep[] =>
        objects.map((object) => ({ action, object }));
    const isBinding = ({ kind }: BrokerObject): boolean => kind === "binding";
    return [
        ...as("put", inOrder(put.filter((each) => !later.has(each)))),
        ...as("replace", exchanges),
        ...as("put", ownedBy(exchanges)),
        ...as("delete", deleted.filter(isBinding)),
        ...as("replace", queues),
        ...as("put", ownedBy(queues)),
        ...as("delete", [...inOrder(deleted.filter((each) => !isBinding(each)))].reverse()),
    ];
}

/** Bindings to exchanges come first: the temporary exchange has all bindings already. */
function inOrder(objects: readonly BrokerObject[]): readonly BrokerObject[] {
    const rankOf = ({ kind, noun }: BrokerObject): number =>
        order.indexOf(kind) + (kind === "binding" && noun.destinationType === "queue" ? 1 : 0);
    return objects.toSorted((a, b) => rankOf(a) - rankOf(b));
}
