import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Queue, Topology } from "../../model/index.ts";

/**
 * Prepares a broker's export for a comparison with the program's topology. Adds what no broker knows: services, retries, purposes and
 * protection. Removes what the program does not manage: other virtual hosts, users without access to its own, administrators that it does not
 * declare (the broker's operators), and settings that no provider can declare unless the program declares them.
 */
export function withProgramKnowledge(exported: Topology, program: Topology): Topology {
    const vhosts = new Map(program.vhosts.map((each) => [each.name, each]));
    const declared = new Map(program.users.map((each) => [each.name, each]));
    const { queueNamed } = topologyIndex(program);
    const { exchangeNamed } = topologyIndex(exported);
    const exports = (vhost: string, name: string): boolean => exchangeNamed(vhost, name) !== undefined;
    const isInside = ({ vhost }: { readonly vhost: string }): boolean => vhosts.has(vhost);
    const withAccess = new Set(exported.permissions.filter(isInside).map(({ user }) => user));
    const users = new Set(
        exported.users
            .filter(
                ({ name, tags }) =>
                    declared.has(name) || (withAccess.has(name) && !tags.includes("administrator")),
            )
            .map(({ name }) => name),
    );
    const isOurs = (each: { readonly vhost: string; readonly user: string }): boolean =>
        isInside(each) && users.has(each.user);
    return {
        ...exported,
        vhosts: exported.vhosts
            .filter(({ name }) => vhosts.has(name))
            .map((each) => ofProvider(each, vhosts.get(each.name), vhostSettings)),
        exchanges: [
            ...exported.exchanges.filter(isInside),
            // No broker exports internal exchanges (measured with 4.0.5 and 4.3.6): whether one is missing cannot be seen.
            ...program.exchanges.filter(({ vhost, name, internal }) => internal && !exports(vhost, name)),
        ],
        queues: exported.queues
            .filter(isInside)
            .map((each) => withQueueKnowledge(each, queueNamed(each.vhost, each.name))),
        bindings: exported.bindings.filter(isInside),
        policies: exported.policies.filter(isInside),
        operatorPolicies: exported.operatorPolicies.filter(isInside),
        users: exported.users
            .filter(({ name }) => users.has(name))
            .map((each) => ofProvider(each, declared.get(each.name), ["limits"])),
        permissions: exported.permissions.filter(isOurs),
        topicPermissions: exported.topicPermissions.filter(isOurs),
        services: program.services,
        retries: program.retries,
    };
}

/** Settings that the RabbitMQ provider cannot declare. They are set by rabbitmqctl, and the default queue type by the node as well. */
const vhostSettings = ["defaultQueueType", "limits", "protectedFromDeletion"] as const;

/** The object without settings that the program leaves to the broker. */
function ofProvider<T extends object>(
    exported: T,
    declared: T | undefined,
    settings: readonly (keyof T)[],
): T {
    if (declared === undefined) {
        return exported;
    }
    const isLeft = (key: string): boolean =>
        settings.some((each) => each === key && declared[each] === undefined);
    return Object.fromEntries(Object.entries(exported).filter(([key]) => !isLeft(key))) as T; // only optional settings are left out
}

/** A queue from a broker or its provider, with the program's purpose and protection. */
export function withQueueKnowledge(queue: Queue, known: Queue | undefined): Queue {
    return known === undefined
        ? queue
        : {
              ...queue,
              retain: known.retain,
              ...(known.purpose !== undefined && { purpose: known.purpose }),
          };
}
