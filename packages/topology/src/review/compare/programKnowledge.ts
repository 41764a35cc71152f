import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Queue, Topology } from "../../model/index.ts";

/**
 * What a broker exported, brought to what the program's own topology can be compared with: with the program's services, retries, purposes and
 * protections, which no broker knows, and without the virtual hosts and users of others, which the program never touches.
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

/** A queue as a broker or its provider tells it, with what only the program knows of it: its purpose, and whether it is kept. */
export function withQueueKnowledge(queue: Queue, known: Queue | undefined): Queue {
    return known === undefined
        ? queue
        : {
              ...queue,
              retain: known.retain,
              ...(known.purpose !== undefined && { purpose: known.purpose }),
          };
}
