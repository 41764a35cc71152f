import type { BrokerVersion, Topology } from "../model/index.ts";

/**
 * Works something out once for a topology, and forgets it with the topology, which does not change: whoever asks next gets the same. What is asked
 * for by object or name is then held by that answer, so that it costs the garbage collector nothing.
 */
export function perTopology<V>(make: (topology: Topology) => V): (topology: Topology) => V {
    const known = new WeakMap<Topology, { readonly value: V }>();
    return (topology) => {
        const answer = known.get(topology) ?? { value: make(topology) };
        known.set(topology, answer);
        return answer.value;
    };
}

/** The same where it depends on the version of the broker, too. @default version - the one that the topology was made for */
export function perVersion<V>(
    make: (topology: Topology, version: BrokerVersion) => V,
): (topology: Topology, version?: BrokerVersion) => V {
    const known = perTopology(() => new Map<BrokerVersion, { readonly value: V }>());
    return (topology, version = topology.brokerVersion) => {
        const versions = known(topology);
        const answer = versions.get(version) ?? { value: make(topology, version) };
        versions.set(version, answer);
        return answer.value;
    };
}
