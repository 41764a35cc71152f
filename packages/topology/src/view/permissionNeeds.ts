import { groupedByName } from "../lookup/named.ts";
import {
    type Permission,
    type Queue,
    type RetryRoute,
    type Service,
    type Topology,
    usersOf,
} from "../model/index.ts";
import type { KnownSettings } from "./knownSettings.ts";

/** What one user of a service must be allowed: the exchanges that it writes to, the queues that it reads. */
export interface PermissionNeeds {
    readonly service: Service;
    readonly user: string;
    readonly vhost: string;
    readonly write: ReadonlySet<string>;
    readonly read: ReadonlySet<string>;
    /** The keys that it uses, by exchange. */
    readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
    /** Its record; `undefined` where it may do nothing in the virtual host. */
    readonly permission: Permission | undefined;
}

/** How the broker calls the exchange without a name when it checks permissions. */
export const defaultExchange = "amq.default";

/** What each user of each service needs, its retries and dead letters included: a consumer publishes those itself. */
export function permissionNeedsOf({
    topology,
    queueNamed,
    retryOf,
    setting,
}: Pick<KnownSettings, "setting"> & {
    readonly topology: Topology;
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
}): readonly PermissionNeeds[] {
    const records = groupedByName(topology.permissions, (each) => ({ vhost: each.vhost, name: each.user }));
    return topology.services.flatMap((service) => {
        const { vhost } = service;
        const detours = service.consumes.flatMap(({ queue: name }) => {
            const retry = retryOf(vhost, name);
            const queue = queueNamed(vhost, name);
            const exchange = queue === undefined ? undefined : setting(queue, "dead-letter-exchange");
            const key = queue === undefined ? undefined : setting(queue, "dead-letter-routing-key");
            return retry === undefined
                ? []
                : [
                      ...(typeof exchange === "string"
                          ? [{ exchange, routingKey: typeof key === "string" ? key : name }]
                          : []),
                      ...(retry.mode === "exchange"
                          ? retry.routingKeys.map((routingKey) => ({ exchange: retry.exchange, routingKey }))
                          : []),
                  ];
        });
        const keys = new Map<string, Set<string>>();
        for (const { exchange, routingKey } of [...service.publishes, ...service.calls, ...detours]) {
            const name = exchange === "" ? defaultExchange : exchange;
            keys.set(name, (keys.get(name) ?? new Set()).add(routingKey));
        }
        const direct = service.replies || service.redrives ? [defaultExchange] : [];
        return usersOf(service).map((user) => ({
            service,
            user,
            vhost,
            write: new Set([...keys.keys(), ...direct]),
            read: new Set([...service.consumes.map(({ queue }) => queue), ...service.inspects]),
            keys,
            permission: records(vhost, user)[0],
        }));
    });
}
