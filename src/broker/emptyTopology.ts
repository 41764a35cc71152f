import type { BrokerVersion, Topology } from "../model/index.js";

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
        retries: {},
    };
}
