import type { KnownVersion, Topology } from "../model/index.ts";

/** Computes a value when it is first read. */
export function lazy<V>(make: () => V): () => V {
    let known: { readonly value: V } | undefined;
    return () => (known ??= { value: make() }).value;
}

/** Computes the value of each key when it is first read. */
export function memoize<K, V>(make: (key: K) => V): (key: K) => V {
    const values = new Map<K, V>();
    return (key) => {
        const known = values.get(key);
        if (known !== undefined || values.has(key)) {
            return known as V; // V may include `undefined`
        }
        const value = make(key);
        values.set(key, value);
        return value;
    };
}

/**
 * Computes a value once for each topology, which never changes. Caches keyed by object live inside the cached value, so they are freed
 * together with the topology.
 */
export function perTopology<V>(make: (topology: Topology) => V): (topology: Topology) => V {
    const values = new WeakMap<Topology, { readonly value: V }>();
    return (topology) => {
        const known = values.get(topology) ?? { value: make(topology) };
        values.set(topology, known);
        return known.value;
    };
}

/** The same for a value that also depends on the broker version. @default version - the one that the topology was compiled for */
export function perTopologyAndVersion<V>(
    make: (topology: Topology, version: KnownVersion) => V,
): (topology: Topology, version?: KnownVersion) => V {
    const byVersion = perTopology((topology) => memoize((version: KnownVersion) => make(topology, version)));
    return (topology, version = topology.brokerVersion) => byVersion(topology)(version);
}
