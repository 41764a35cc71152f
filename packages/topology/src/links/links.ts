import { perTopology } from "../lookup/memoize.ts";
import { GroupsByName } from "../lookup/named.ts";
import type { Topology } from "../model/index.ts";
import { type Shovel, type ShovelEnd, shovelOf } from "./shovel.ts";

/** Finds the shovels of a topology by the queues and exchanges of this broker that they connect. */
export interface Links {
    readonly shovels: readonly Shovel[];
    readonly fromQueue: (vhost: string, name: string) => readonly Shovel[];
    readonly fromExchange: (vhost: string, name: string) => readonly Shovel[];
    readonly intoQueue: (vhost: string, name: string) => readonly Shovel[];
    readonly intoExchange: (vhost: string, name: string) => readonly Shovel[];
}

/** The links of a topology. */
export const linksOf: (topology: Topology) => Links = perTopology((topology) => {
    const shovels = (topology.parameters ?? []).flatMap((each) => shovelOf(each) ?? []);
    const groups = {
        source: { queue: new GroupsByName<Shovel>(), exchange: new GroupsByName<Shovel>() },
        destination: { queue: new GroupsByName<Shovel>(), exchange: new GroupsByName<Shovel>() },
    };
    for (const each of shovels) {
        for (const side of ["source", "destination"] as const) {
            const { vhost, object }: ShovelEnd = each[side];
            if (vhost !== undefined && object !== undefined) {
                groups[side][object.kind].add(vhost, object.name, each);
            }
        }
    }
    return {
        shovels,
        fromQueue: (vhost, name) => groups.source.queue.get(vhost, name),
        fromExchange: (vhost, name) => groups.source.exchange.get(vhost, name),
        intoQueue: (vhost, name) => groups.destination.queue.get(vhost, name),
        intoExchange: (vhost, name) => groups.destination.exchange.get(vhost, name),
    };
});
