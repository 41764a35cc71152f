import { bindingKey, objectKey, parameterKey, type Topology, type Vhost } from "../model/index.ts";
import { compareText } from "../text/names.ts";

/** Objects in RabbitMQ's own terms, by list, for what a declaration has no word for. */
export type BrokerObjects = Partial<Omit<Topology, "brokerVersion" | "services" | "retries">>;

/**
 * Adds objects to a compiled topology. A virtual host that the topology has already gets the settings of the added one.
 * @param topology the result of `compile`, or `emptyTopology`
 */
export function withObjects(topology: Topology, ...added: readonly BrokerObjects[]): Topology {
    const merged = <T>(
        listOf: (objects: BrokerObjects) => readonly T[] | undefined,
        keyOf: (object: T) => string,
    ): readonly T[] =>
        [topology, ...added]
            .flatMap((objects) => listOf(objects) ?? [])
            .map((object) => ({ object, key: keyOf(object) }))
            .sort((a, b) => compareText(a.key, b.key))
            .map(({ object }) => object);
    const parameters = merged((objects) => objects.parameters, parameterKey);
    const globalParameters = merged(
        (objects) => objects.globalParameters,
        ({ name }) => name,
    );
    const exclusiveQueues = merged((objects) => objects.exclusiveQueues, objectKey);
    return {
        ...topology,
        vhosts: vhostsOf(
            merged(
                (objects) => objects.vhosts,
                ({ name }) => name,
            ),
        ),
        exchanges: merged((objects) => objects.exchanges, objectKey),
        queues: merged((objects) => objects.queues, objectKey),
        bindings: merged((objects) => objects.bindings, bindingKey),
        policies: merged((objects) => objects.policies, objectKey),
        operatorPolicies: merged((objects) => objects.operatorPolicies, objectKey),
        ...(parameters.length > 0 && { parameters }),
        ...(globalParameters.length > 0 && { globalParameters }),
        ...(exclusiveQueues.length > 0 && { exclusiveQueues }),
        users: merged(
            (objects) => objects.users,
            ({ name }) => name,
        ),
        permissions: merged(
            (objects) => objects.permissions,
            ({ user, vhost }) => JSON.stringify([user, vhost]),
        ),
        topicPermissions: merged(
            (objects) => objects.topicPermissions,
            ({ user, vhost, exchange }) => JSON.stringify([user, vhost, exchange]),
        ),
    };
}

/** One virtual host of each name, with the settings of all. */
function vhostsOf(vhosts: readonly Vhost[]): readonly Vhost[] {
    const merged = new Map<string, Vhost>();
    for (const each of vhosts) {
        merged.set(each.name, { ...merged.get(each.name), ...each });
    }
    return [...merged.values()];
}
