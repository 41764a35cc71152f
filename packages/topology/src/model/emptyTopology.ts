import type { BrokerVersion } from "./brokerVersion.ts";
import type { Topology } from "./topology.ts";

/** A topology without objects. */
export function emptyTopology(brokerVersion: BrokerVersion): Topology {
    return {
        brokerVersion,
        vhosts: [],
        exchanges: [],
        queues: [],
        bindings: [],
        policies: [],
        operatorPolicies: [],
        users: [],
        permissions: [],
        topicPermissions: [],
        services: [],
        retries: [],
    };
}
