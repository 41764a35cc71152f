import {
    type ArgumentValue,
    bindingKey,
    objectKey,
    type Policy,
    parameterKey,
    type Service,
    type Topology,
} from "../../model/index.ts";
import { compareText } from "../../text/names.ts";

/** The identity of an object of each list: equal identities mean the same object in two versions of a topology. */
export const identities = {
    vhosts: ({ name }) => name,
    exchanges: objectKey,
    queues: objectKey,
    bindings: bindingKey,
    policies: objectKey,
    operatorPolicies: objectKey,
    users: ({ name }) => name,
    permissions: ({ user, vhost }) => JSON.stringify([user, vhost]),
    topicPermissions: ({ user, vhost, exchange }) => JSON.stringify([user, vhost, exchange]),
    services: objectKey,
    retries: ({ vhost, queue }) => objectKey({ vhost, name: queue }),
} as const satisfies { readonly [List in TopologyList]: (each: Topology[List][number]) => string };

/** The names of the lists that every topology has. */
export type TopologyList = {
    [Key in keyof Topology]-?: Topology[Key] extends readonly unknown[] ? Key : never;
}[keyof Topology];

/**
 * The same topology in canonical order: lists by identity, tables by key. Lists whose order has a meaning (the keys of a retry, lists inside
 * arguments and settings) keep their order.
 */
export function canonicalTopology(topology: Topology): Topology {
    if (canonical.has(topology)) {
        return topology;
    }
    const result = inOrder(topology);
    canonical.add(result);
    return result;
}

/** Topologies that are in canonical order already. They are immutable, so they need not be sorted again. */
const canonical = new WeakSet<Topology>();

function inOrder(topology: Topology): Topology {
    return {
        ...topology,
        vhosts: ordered(topology.vhosts, identities.vhosts).map(withSomeLimits),
        exchanges: ordered(topology.exchanges, identities.exchanges).map(withSortedArguments),
        queues: ordered(topology.queues, identities.queues).map(withSortedArguments),
        bindings: ordered(topology.bindings, identities.bindings).map(withSortedArguments),
        policies: ordered(topology.policies, identities.policies).map(withSortedDefinition),
        operatorPolicies: ordered(topology.operatorPolicies, identities.operatorPolicies).map(
            withSortedDefinition,
        ),
        ...(topology.parameters !== undefined && {
            parameters: ordered(topology.parameters, parameterKey).map(withSortedValue),
        }),
        ...(topology.globalParameters !== undefined && {
            globalParameters: ordered(topology.globalParameters, ({ name }) => name).map(withSortedValue),
        }),
        users: ordered(topology.users, identities.users).map((each) => ({
            ...withSomeLimits(each),
            tags: each.tags.toSorted(compareText),
        })),
        permissions: ordered(topology.permissions, identities.permissions),
        topicPermissions: ordered(topology.topicPermissions, identities.topicPermissions),
        services: ordered(topology.services, identities.services).map(canonicalService),
        retries: ordered(topology.retries, identities.retries),
    };
}

function canonicalService(each: Service): Service {
    return {
        ...each,
        tags: each.tags.toSorted(compareText),
        publishes: ordered(each.publishes, ({ message }) => message),
        consumes: ordered(each.consumes, ({ message }) => message),
        calls: ordered(each.calls, ({ message }) => message),
        inspects: each.inspects.toSorted(compareText),
        ...(each.workload !== undefined && {
            workload: { ...each.workload, settings: sortedRecord(each.workload.settings) },
        }),
    };
}

/** Two objects of one identity are an error that is reported elsewhere. They are ordered by their content. */
function ordered<T>(items: readonly T[], identityOf: (each: T) => string): readonly T[] {
    return items
        .map((each) => ({ each, identity: identityOf(each) }))
        .sort(
            (a, b) =>
                compareText(a.identity, b.identity) ||
                compareText(JSON.stringify(a.each), JSON.stringify(b.each)),
        )
        .map(({ each }) => each);
}

function withSortedArguments<T extends { readonly arguments: ArgumentTable }>(each: T): T {
    return { ...each, arguments: sortedRecord(each.arguments) };
}

function withSortedValue<T extends { readonly value: ArgumentValue }>(each: T): T {
    return { ...each, value: sortedValue(each.value) };
}

function withSortedDefinition(each: Policy): Policy {
    return { ...each, definition: sortedRecord(each.definition) };
}

/** Empty limits are left out, so that "no limits" has one form. */
function withSomeLimits<T extends { readonly limits?: object }>({ limits, ...rest }: T): Omit<T, "limits"> {
    return limits === undefined || Object.keys(limits).length === 0 ? rest : { ...rest, limits };
}

type ArgumentTable = Readonly<Record<string, ArgumentValue>>;

function sortedRecord(table: ArgumentTable): ArgumentTable {
    return sortedTable(
        Object.fromEntries(Object.entries(table).map(([key, value]) => [key, sortedValue(value)])),
    );
}

function sortedTable<T>(table: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
    return Object.fromEntries(Object.entries(table).sort(([a], [b]) => compareText(a, b)));
}

function sortedValue(value: ArgumentValue): ArgumentValue {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return isList(value) ? value.map(sortedValue) : sortedRecord(value);
}

/** `Array.isArray` alone does not narrow a readonly list. */
function isList(
    value: readonly ArgumentValue[] | { readonly [key: string]: ArgumentValue },
): value is readonly ArgumentValue[] {
    return Array.isArray(value);
}
