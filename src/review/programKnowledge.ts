import { topologyIndex } from "../broker/topologyIndex.js";
import type { Topology } from "../model/index.js";

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
        queues: exported.queues.filter(isInside).map((each) => {
            const known = queueNamed(each.vhost, each.name);
            return known === undefined
                ? each
                : {
                      ...each,
                      retain: known.retain,
                      ...(known.purpose !== undefined && { purpose: known.purpose }),
                  };
        }),
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
