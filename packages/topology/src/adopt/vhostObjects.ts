import { groupBy } from "../lookup/groups.ts";
import { type Binding, type Exchange, type Policy, type Queue, type Topology } from "../model/index.ts";

/** The exchanges, queues, bindings and policies of one virtual host. */
export interface VhostObjects {
    readonly vhost: string;
    readonly exchanges: readonly Exchange[];
    readonly queues: readonly Queue[];
    readonly bindings: readonly Binding[];
    readonly policies: readonly Policy[];
    readonly operatorPolicies: readonly Policy[];
}

/** The objects of every virtual host, by its name. */
export function objectsByVhost(topology: Topology): ReadonlyMap<string, VhostObjects> {
    const lists = {
        exchanges: byVhost(topology.exchanges),
        queues: byVhost(topology.queues),
        bindings: byVhost(topology.bindings),
        policies: byVhost(topology.policies),
        operatorPolicies: byVhost(topology.operatorPolicies),
    };
    const names = new Set([
        ...topology.vhosts.map(({ name }) => name),
        ...Object.values(lists).flatMap((each) => [...each.keys()]),
        ...(topology.parameters ?? []).map(({ vhost }) => vhost),
    ]);
    return new Map(
        [...names].map((vhost) => [
            vhost,
            {
                vhost,
                exchanges: lists.exchanges.get(vhost) ?? [],
                queues: lists.queues.get(vhost) ?? [],
                bindings: lists.bindings.get(vhost) ?? [],
                policies: lists.policies.get(vhost) ?? [],
                operatorPolicies: lists.operatorPolicies.get(vhost) ?? [],
            },
        ]),
    );
}

function byVhost<T extends { readonly vhost: string }>(
    items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
    return groupBy(items, ({ vhost }) => vhost);
}

/** The lists of {@link VhostObjects}. */
export const vhostLists = ["exchanges", "queues", "bindings", "policies", "operatorPolicies"] as const;

/** A text that is equal for equal objects. A broker stores no purpose and no protection, so they do not count. */
export function brokerText(object: object): string {
    return JSON.stringify(
        sorted(
            Object.fromEntries(
                Object.entries(object).filter(([field]) => field !== "purpose" && field !== "retain"),
            ),
        ),
    );
}

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([key, each]) => [key, sorted(each)]),
          )
        : value;
}
