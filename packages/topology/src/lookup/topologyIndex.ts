import type { Binding, Exchange, Queue, RetryRoute, Topology } from "../model/index.ts";
import { groupedByName, named } from "./named.ts";
import { perTopology } from "./perTopology.ts";

/** Finds what a topology declares by virtual host and name. */
export interface TopologyIndex {
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly exchangeNamed: (vhost: string, name: string) => Exchange | undefined;
    /** The bindings of a source, in their order. */
    readonly bindingsFrom: (vhost: string, exchange: string) => readonly Binding[];
    /** The bindings that lead to a queue, in their order. */
    readonly bindingsTo: (vhost: string, queue: string) => readonly Binding[];
    /** How the consumer of a queue retries. */
    readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
}

/** The index of a topology; each list is read when it is first asked for. */
export const topologyIndex: (topology: Topology) => TopologyIndex = perTopology((topology) => {
    const { queues, exchanges, bindings, retries } = topology;
    const queueNamed = later(() => named(queues));
    const exchangeNamed = later(() => named(exchanges));
    const from = later(() => groupedByName(bindings, ({ vhost, source }) => ({ vhost, name: source })));
    const to = later(() =>
        groupedByName(
            bindings.filter(({ destinationType }) => destinationType === "queue"),
            ({ vhost, destination }) => ({ vhost, name: destination }),
        ),
    );
    const retryOf = later(() => {
        const find = named(retries.map(({ vhost, queue: name, route }) => ({ vhost, name, route })));
        return (vhost, name) => find(vhost, name)?.route;
    });
    return { queueNamed, exchangeNamed, bindingsFrom: from, bindingsTo: to, retryOf };
});

type Find<T> = (vhost: string, name: string) => T;

function later<T>(make: () => Find<T>): Find<T> {
    let find: Find<T> | undefined;
    return (vhost, name) => (find ??= make())(vhost, name);
}
