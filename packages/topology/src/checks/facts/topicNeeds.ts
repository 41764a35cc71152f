import { groupLookup } from "../../lookup/groups.ts";
import { objectKey, type Service, type TopicPermission } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";

/** A topic exchange that a service publishes to, with the routing keys that it uses and may use. */
export interface TopicNeed {
    readonly service: Service;
    readonly user: string;
    readonly exchange: string;
    /** The routing keys that the service uses. */
    readonly own: ReadonlySet<string>;
    /** The routing keys that any service uses. */
    readonly all: ReadonlySet<string>;
    /** Its topic permission; without one, it may use every routing key. */
    readonly record: TopicPermission | undefined;
}

/** Every pair of a service and a topic exchange that it publishes to. */
export function topicNeeds({
    topology,
    exchangeNamed,
    permissionNeeds,
    messageFlows,
}: TopologyView): readonly TopicNeed[] {
    const recordsOf = groupLookup(topology.topicPermissions, ({ vhost, user, exchange }) =>
        JSON.stringify([vhost, user, exchange]),
    );
    const all = new Map<string, Set<string>>();
    for (const { vhost, exchange: name, routingKey } of messageFlows.sentMessages) {
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

/** Represents every routing key that no service uses. */
const unusedKey = "any.other.key";

/** A routing key that a topic permission allows beyond those that the service uses; `undefined` if none is known. */
export function forgedKey({ allowedBy }: TopologyView, { own, all, record }: TopicNeed): string | undefined {
    if (record === undefined) {
        return unusedKey;
    }
    const { among } = allowedBy(record.write);
    return [...among(all), ...among(new Set([unusedKey]))].find((key) => !own.has(key));
}
