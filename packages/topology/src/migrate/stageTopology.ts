import { type Exchange, objectKey, type Queue, queue, type Service, type Topology } from "../model/index.ts";
import { identities } from "../review/compare/canonical.ts";
import { argumentOfSetting } from "../settings/settingTable.ts";
import { type TopologyView, topologyView } from "../view/topologyView.ts";
import type { Migration, StageId } from "./migration.ts";
import { both, isReplaced, type PlannedChange } from "./plannedChange.ts";
import { stageBindings } from "./stageBindings.ts";
import { stagePermissions, stageTopicPermissions } from "./stagePermissions.ts";
import { stageOperatorPolicies, stagePolicies } from "./stagePolicies.ts";

/** The topology of a stage. */
export function stageTopology(id: StageId, change: PlannedChange): Topology {
    const { before, after } = change;
    if (id === "finish") {
        return after;
    }
    return {
        ...before,
        vhosts: both(before.vhosts, after.vhosts, identities.vhosts),
        users: both(before.users, after.users, identities.users),
        exchanges: exchangesAt(id, change),
        queues: queuesAt(id, change),
        bindings: stageBindings(id, change),
        policies: stagePolicies(id, change),
        operatorPolicies: stageOperatorPolicies(id, change),
        permissions: stagePermissions(change),
        topicPermissions: stageTopicPermissions(change),
        services: servicesAt(id, change),
        retries: id === "prepare" ? before.retries : after.retries,
    };
}

/** Without their protection, because a later stage deletes or replaces them when they are empty. */
function queuesAt(id: StageId, { before, after, migrations }: PlannedChange): readonly Queue[] {
    const migrated = new Map(
        migrations
            .filter(({ object }) => object.kind === "queue")
            .map((each) => [objectKey(each.object), each]),
    );
    const now = new Map(after.queues.map((each) => [objectKey(each), each]));
    const staying = both(before.queues, after.queues, identities.queues).map((each) => {
        const key = objectKey(each);
        const kind = migrated.get(key)?.kind;
        const declared = kind === "queue replacement" && isReplaced(id) ? now.get(key) : undefined;
        return declared ?? (kind === undefined ? each : { ...each, retain: false });
    });
    const view = topologyView(before);
    return [...staying, ...migrations.flatMap((each) => holderQueue(each, view))];
}

/** Quorum, so that it is replicated. */
function holderQueue({ kind, drain, object, holder }: Migration, before: TopologyView): readonly Queue[] {
    const replaced = before.queueNamed(object.vhost, object.name);
    if (kind !== "queue replacement" || holder === undefined || replaced === undefined) {
        return [];
    }
    const kept =
        drain === "consumers"
            ? consumerArguments(replaced, before)
            : // A killed command returns messages again and again.
              { "x-delivery-limit": -1 };
    return [queue(holder.vhost, holder.name, "quorum", { arguments: kept })];
}

/** What the consumers of the old queue rely on: the order, where the messages that they reject go, and after how many attempts. */
const reliedOn = [
    "single-active-consumer",
    "consumer-timeout",
    "dead-letter-exchange",
    "dead-letter-routing-key",
    "dead-letter-strategy",
    "delivery-limit",
];

/** The effective settings of the old queue as arguments, since no policy of it applies to the temporary queue. */
function consumerArguments(replaced: Queue, before: TopologyView): Queue["arguments"] {
    const settings = reliedOn.flatMap((key): [string, Queue["arguments"][string]][] => {
        const [name, value] = [argumentOfSetting("queue", key), before.setting(replaced, key)];
        return name === undefined || value === undefined ? [] : [[name, value]];
    });
    return {
        // Only quorum queues limit deliveries.
        ...(replaced.type !== "quorum" && { "x-delivery-limit": -1 }),
        ...Object.fromEntries(settings),
        // The broker ignores the strategy without it.
        ...(before.setting(replaced, "dead-letter-strategy") === "at-least-once" && {
            "x-overflow": "reject-publish",
        }),
    };
}

function exchangesAt(id: StageId, { before, after, migrations }: PlannedChange): readonly Exchange[] {
    const replaced = migrations.filter(({ kind }) => kind === "exchange replacement");
    const keys = new Set(replaced.map(({ object }) => objectKey(object)));
    const now = new Map(after.exchanges.map((each) => [objectKey(each), each]));
    const staying = both(before.exchanges, after.exchanges, identities.exchanges).map((each) => {
        const key = objectKey(each);
        return isReplaced(id) && keys.has(key) ? (now.get(key) ?? each) : each;
    });
    const holders = replaced.flatMap(({ object, holder }): Exchange[] => {
        const declared = now.get(objectKey(object));
        return holder === undefined || declared === undefined
            ? []
            : [{ ...declared, name: holder.name, durable: true, autoDelete: false, internal: false }];
    });
    return [...staying, ...holders];
}

/** While a queue is replaced, services that read it to its end read the temporary queue. */
function servicesAt(id: StageId, { before, after, migrations }: PlannedChange): readonly Service[] {
    if (id === "prepare") {
        return before.services;
    }
    const holders = new Map(
        migrations.flatMap(({ kind, drain, object, holder }) =>
            kind === "queue replacement" && drain === "consumers" && holder !== undefined
                ? [[objectKey(object), holder.name] as const]
                : [],
        ),
    );
    return id === "return" || holders.size === 0
        ? after.services
        : after.services.map((each) => ({
              ...each,
              consumes: each.consumes.map((one) => ({
                  ...one,
                  queue: holders.get(objectKey({ vhost: each.vhost, name: one.queue })) ?? one.queue,
              })),
          }));
}
