import {
    type Binding,
    type Exchange,
    objectKey,
    type Queue,
    type RetryRoute,
    type Topology,
} from "../model/index.ts";
import { lazy, perTopology } from "./memoize.ts";
import { groupedByName, named } from "./named.ts";

/** Finds the objects of a topology by virtual host and name. */
export interface TopologyIndex {
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly exchangeNamed: (vhost: string, name: string) => Exchange | undefined;
    /** The bindings of a source exchange, in their order. */
    readonly bindingsFrom: (vhost: string, exchange: string) => readonly Binding[];
    /** The bindings to a queue, in their order. */
    readonly bindingsTo: (vhost: string, queue: string) => readonly Binding[];
    /** How the consumer of a queue retries. */
    readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
    /** Whether a queue is exclusive, so that an export has only its bindings. */
    readonly isExclusive: (vhost: string, queue: string) => boolean;
}

/** The index of a topology; each part is computed when it is first used. */
export const topologyIndex: (topology: Topology) => TopologyIndex = perTopology((topology) => {
    const { queues, exchanges, bindings } = topology;
    const queueNamed = lazy(() => named(queues));
    const exchangeNamed = lazy(() => named(exchanges));
    const bySource = lazy(() => groupedByName(bindings, ({ vhost, source }) => ({ vhost, name: source })));
    const byQueue = lazy(() =>
        groupedByName(
            bindings.filter(({ destinationType }) => destinationType === "queue"),
            ({ vhost, destination }) => ({ vhost, name: destination }),
        ),
    );
    const retries = lazy(() =>
        named(topology.retries.map(({ vhost, queue, route }) => ({ vhost, name: queue, route }))),
    );
    const exclusive = lazy(() => new Set((topology.exclusiveQueues ?? []).map(objectKey)));
    return {
        queueNamed: (vhost, name) => queueNamed()(vhost, name),
        exchangeNamed: (vhost, name) => exchangeNamed()(vhost, name),
        bindingsFrom: (vhost, exchange) => bySource()(vhost, exchange),
        bindingsTo: (vhost, queue) => byQueue()(vhost, queue),
        retryOf: (vhost, queue) => retries()(vhost, queue)?.route,
        isExclusive: (vhost, name) => exclusive().has(objectKey({ vhost, name })),
    };
});
