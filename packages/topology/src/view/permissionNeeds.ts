import { groupedByName } from "../lookup/named.ts";
import { defaultExchange } from "../model/builtInExchange.ts";
import {
    objectKey,
    type Permission,
    type Queue,
    type RetryRoute,
    type Service,
    type Topology,
    usersOf,
} from "../model/index.ts";
import type { KnownDeadLetters } from "./knownDeadLetters.ts";
import type { KnownSettings } from "./knownSettings.ts";

/** The permissions that one user of a service needs: the exchanges that it writes to and the queues that it reads. */
export interface PermissionNeeds {
    readonly service: Service;
    readonly user: string;
    readonly vhost: string;
    readonly write: ReadonlySet<string>;
    readonly read: ReadonlySet<string>;
    /** The routing keys that it uses, by exchange. */
    readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
    /** Its permission; `undefined` if it has none in the virtual host. */
    readonly permission: Permission | undefined;
}

/** The needs of each user of each service. They include retries, dead letters and redriven messages, because services publish those themselves. */
export function permissionNeedsOf({
    topology,
    queueNamed,
    retryOf,
    setting,
    deadLetterSources,
}: Pick<KnownDeadLetters, "deadLetterSources"> &
    Pick<KnownSettings, "setting"> & {
        readonly topology: Topology;
        readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
        readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
    }): readonly PermissionNeeds[] {
    const records = groupedByName(topology.permissions, (each) => ({ vhost: each.vhost, name: each.user }));
    const redriveExchanges = new Map(
        topology.retries.map(({ vhost, queue, redriveExchange }) => [
            objectKey({ vhost, name: queue }),
            redriveExchange,
        ]),
    );
    return topology.services.flatMap((service) => {
        const { vhost } = service;
        const redriven = (service.redrives ? service.inspects : []).flatMap((name) =>
            deadLetterSources({ vhost, name }).flatMap((source) => {
                const exchange = redriveExchanges.get(objectKey(source));
                return exchange === undefined ? [] : [{ exchange, routingKey: source.name }];
            }),
        );
        const republished = service.consumes.flatMap(({ queue: name }) => {
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
        for (const { exchange, routingKey } of [
            ...service.publishes,
            ...service.calls,
            ...republished,
            ...redriven,
        ]) {
            const name = exchange === "" ? defaultExchange : exchange;
            keys.set(name, (keys.get(name) ?? new Set()).add(routingKey));
        }
        return usersOf(service).map((user) => ({
            service,
            user,
            vhost,
            write: new Set(keys.keys()),
            read: new Set([...service.consumes.map(({ queue }) => queue), ...service.inspects]),
            keys,
            permission: records(vhost, user)[0],
        }));
    });
}
