import type { BrokerVersion, Topology } from "@spot-messaging/topology";
import { topology as shop } from "../../../examples/shop/topology.ts";
import { toDefinitions } from "../../../packages/topology/src/definitions/definitions.ts";
import { devTopology } from "../../unit/environments.ts";
import { moved } from "../support/applied.ts";
import type { JsonObject } from "./jsonText.ts";
import { wideDefinitions } from "./wideDefinitions.ts";

/** Definitions of one virtual host, valid for their version. */
export interface Base {
    readonly name: string;
    /** @param vhost the virtual host, and the beginning of every name that the cluster shares */
    readonly definitions: (vhost: string) => JsonObject;
}

export function basesFor(version: BrokerVersion): readonly Base[] {
    const of = (name: string, topology: Topology): Base => ({
        name,
        definitions: (vhost) => ({ ...toDefinitions(ownUsers(moved(topology, vhost), vhost)) }),
    });
    const isNewest = version === "4.3";
    return [
        { name: "wide", definitions: (vhost) => wideDefinitions(vhost, isNewest ? "4.3" : "4.0") },
        of("spot", devTopology(version)),
        of("spot of another version", devTopology(isNewest ? "4.0" : "4.3")),
        of("shop", shop),
    ];
}

/** The topology with users of its own. */
export function ownUsers(topology: Topology, vhost: string): Topology {
    const own = <T extends { readonly user: string }>(items: readonly T[]): readonly T[] =>
        items.map((each) => ({ ...each, user: `${vhost}-${each.user}` }));
    return {
        ...topology,
        users: topology.users.map((each) => ({ ...each, name: `${vhost}-${each.name}` })),
        permissions: own(topology.permissions),
        topicPermissions: own(topology.topicPermissions),
    };
}
