import { groupLookup } from "../../lookup/groups.ts";
import { objectKey, type Service, type TopicPermission } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";

/** A topic exchange that a service publishes to, and what it may publish there. */
export interface TopicNeed {
    readonly service: Service;
    readonly user: string;
    readonly exchange: string;
    /** The keys that it uses. */
    readonly own: ReadonlySet<string>;
    /** The keys that anybody uses. */
    readonly all: ReadonlySet<string>;
    /** Its topic permission; without one it may use every key. */
    readonly record: TopicPermission | undefined;
}

/** Each service with each topic exchange that it publishes to. */
export function topicNeeds({
    topology,
    exchangeNamed,
    permissionNeeds,
    traffic,
}: TopologyView): readonly TopicNeed[] {
    const recordsOf = groupLookup(topology.topicPermissions, ({ vhost, user, exchange }) =>
        JSON.stringify([vhost, user, exchange]),
    );
    const all = new Map<string, Set<string>>();
    for (const { vhost, exchange: name, routingKey } of traffic.sentMessages) {
        const exchange = objectKey({ vhost, name });
        all.set(exchange, (all.get(exchange) ?? new Set()).add(routingKey));
    }
    return permissionNeeds.flatMap(({ service, user, vhost, keys }) =>
        [...keys]
            .filter(([exchange]) => exchangeNamed(vhost, exchange)?.type === "topic")
            .map(([exchange, own]) => ({
                service,
                user,
                exchange,
                own,
                all: all.get(objectKey({ vhost, name: exchange })) ?? new Set(),
                record: recordsOf(JSON.stringify([vhost, user, exchange]))[0],
            })),
    );
}
