import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Queue, Topology } from "../../model/index.ts";

/**
 * Prepares a broker's export for a comparison with the program's topology. Adds what no broker knows: services, retries, purposes and
 * protection. Removes the virtual hosts and users that the program does not manage.
 */
export function withProgramKnowledge(exported: Topology, program: Topology): Topology {
    const vhosts = new Set(program.vhosts.map(({ name }) => name));
    const users = new Set(program.users.map(({ name }) => name));
    const { queueNamed } = topologyIndex(program);
    const isInside = ({ vhost }: { readonly vhost: string }): boolean => vhosts.has(vhost);
    const isOurs = (each: { readonly vhost: string; readonly user: string }): boolean =>
        isInside(each) && users.has(each.user);
    return {
        ...exported,
        vhosts: exported.vhosts.filter(({ name }) => vhosts.has(name)),
        exchanges: exported.exchanges.filter(isInside),
        queues: exported.queues
            .filter(isInside)
            .map((each) => withQueueKnowledge(each, queueNamed(each.vhost, each.name))),
        bindings: exported.bindings.filter(isInside),
        policies: exported.policies.filter(isInside),
        operatorPolicies: exported.operatorPolicies.filter(isInside),
        users: exported.users.filter(({ name }) => users.has(name)),
        permissions: exported.permissions.filter(isOurs),
        topicPermissions: exported.topicPermissions.filter(isOurs),
        services: program.services,
        retries: program.retries,
    };
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
