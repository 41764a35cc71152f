import type { BrokerVersion } from "./brokerVersion.ts";
import type { Topology } from "./topology.ts";

/** A topology with nothing in it. */
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
