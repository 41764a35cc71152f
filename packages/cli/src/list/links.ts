import type { Topology } from "@spot-messaging/topology";
import { endText, federationOf, linksOf } from "@spot-messaging/topology/broker";
import { type ListValue, type Table, tableOf } from "./column.ts";

export function shovelTable(topology: Topology): Table {
    return tableOf(linksOf(topology).shovels, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "name", value: ({ name }) => name },
        { id: "source", value: ({ source }) => endText(source, "source") },
        { id: "destination", value: ({ destination }) => endText(destination, "destination") },
        { id: "ackMode", value: ({ ackMode }) => ackMode },
        { id: "reconnectDelay", value: ({ reconnectDelay }) => reconnectDelay, wide: true },
        { id: "deleteAfter", value: ({ deleteAfter }) => deleteAfter ?? null, wide: true },
    ]);
}

/** All federation upstreams, with the exchanges and queues that they feed. */
export function upstreamTable(topology: Topology): Table {
    const { upstreams, sets, federatedFrom } = federationOf(topology);
    const fed = [...topology.exchanges, ...topology.queues].map((object) => ({
        object,
        from: new Set(federatedFrom(object)),
    }));
    return tableOf(upstreams, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "name", value: ({ name }) => name },
        { id: "uri", value: ({ broker }) => broker.text },
        {
            id: "feeds",
            value: (each) =>
                fed
                    .filter(({ from }) => from.has(each))
                    .map(({ object }) => `${"internal" in object ? "exchange" : "queue"} ${object.name}`),
        },
        {
            id: "sets",
            value: ({ vhost, name }) =>
                sets
                    .filter((each) => each.vhost === vhost && each.upstreams.includes(name))
                    .map((each) => each.name),
        },
    ]);
}

/** All runtime parameters, also the global ones, which have no virtual host. */
export function parameterTable({ parameters = [], globalParameters = [] }: Topology): Table {
    const all = [
        ...parameters,
        ...globalParameters.map((each) => ({ ...each, vhost: null, component: null })),
    ];
    return tableOf(all, [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "component", value: ({ component }) => component },
        { id: "name", value: ({ name }) => name },
        { id: "value", value: ({ value }): ListValue => value },
    ]);
}
