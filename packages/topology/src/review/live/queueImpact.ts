import { objectKey, type Topology } from "../../model/index.ts";
import { isLowered } from "../changeRules/settingRule.ts";
import { type Change, type Effect, isDestructive } from "../compare/change.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";
import type { SettingChange } from "../compare/settings/settingsDiff.ts";
import type { Review } from "../report/review.ts";

/** What a change does to a queue, as far as the broker's numbers measure it. */
export type QueueImpactKind =
    /** The queue is deleted with all messages. */
    | "deleted"
    /** The broker deletes the queue (`x-expires`) once it is unused. */
    | "unused"
    /** The length limit becomes lower. */
    | "bounded"
    /** The TTL becomes lower. */
    | "expiring"
    /** A stream keeps less of its log. */
    | "truncated"
    /** Some messages no longer reach the queue. */
    | "unrouted"
    /** The queue keeps its messages, but they are dropped later, for example because dead-lettering is removed. */
    | "exposed";

export interface QueueImpact {
    readonly kind: QueueImpactKind;
    readonly vhost: string;
    /** @default - every queue that the virtual host has */
    readonly queue?: string;
    /** Whether messages are lost; otherwise they go to another queue or stay with their publisher. */
    readonly losesMessages: boolean;
    /** The settings that cause the impact. */
    readonly settings: readonly SettingChange[];
}

type Compared = Pick<Review, "changes" | "routing" | "settings">;

/** The queues that each change and each changed route affects, by its id, in the order of the review. */
export function queueImpacts(
    { changes, routing, settings }: Compared,
    before: Topology,
): ReadonlyMap<string, readonly QueueImpact[]> {
    const settingsOf = new Map<string, SettingChange[]>();
    for (const each of settings) {
        const key = objectKey(each);
        settingsOf.set(key, [...(settingsOf.get(key) ?? []), each]);
    }
    const routes = new Map(routing.map((each) => [each.id, each]));
    const found = [
        ...changes.map((change) => {
            const all = change.effects.flatMap((effect) =>
                effectImpacts(change, effect, { before, settingsOf, routes }),
            );
            return [change.id, all] as const;
        }),
        ...routing.map((each) => [each.id, routeImpacts(each)] as const),
    ];
    return new Map(found.filter(([, all]) => all.length > 0));
}

interface Found {
    readonly before: Topology;
    readonly settingsOf: ReadonlyMap<string, readonly SettingChange[]>;
    readonly routes: ReadonlyMap<string, RouteChange>;
}

/** By the rule's id. Any other rule that loses messages counts as `exposed`, so that the report shows at least how many there are. */
const kinds: Readonly<Record<string, QueueImpactKind>> = {
    "queue.replaced": "deleted",
    "queue.deleted": "deleted",
    "queue.renamed": "deleted",
    "vhost.deleted": "deleted",
    "broker.downgrade": "deleted",
    "expiry.lowered": "unused",
    "limit.lowered": "bounded",
    "ttl.lowered": "expiring",
    "retention.lowered": "truncated",
    "exchange.replaced": "unrouted",
    "exchange.deleted": "unrouted",
};

const limitKeys: Readonly<Partial<Record<QueueImpactKind, readonly string[]>>> = {
    bounded: ["max-length", "max-length-bytes"],
    expiring: ["message-ttl"],
    unused: ["expires"],
};

function effectImpacts(
    change: Change,
    effect: Effect,
    { before, settingsOf, routes }: Found,
): readonly QueueImpact[] {
    const { rule } = effect.reason;
    const losesMessages = isDestructive(effect.consequence);
    const kind = kinds[rule] ?? "exposed";
    const { vhost, name, kind: objectKind } = effect.object ?? change.object;
    const route = effect.route === undefined ? undefined : routes.get(effect.route);
    if (route !== undefined) {
        return routeImpacts(route);
    }
    // The loss of bindings during a replacement is part of the queue's deletion.
    if (!(losesMessages || kind === "bounded") || rule === "queue.unboundDuringReplacement") {
        return [];
    }
    if (objectKind === "broker") {
        return before.vhosts.map(({ name: all }) => ({ kind, vhost: all, losesMessages, settings: [] }));
    }
    if (objectKind === "vhost") {
        return [{ kind, vhost: name, losesMessages, settings: [] }];
    }
    if (objectKind === "exchange") {
        return boundQueues(before, vhost, name).map((queue) => ({
            kind: "unrouted",
            vhost,
            queue,
            losesMessages,
            settings: [],
        }));
    }
    const keys = limitKeys[kind] ?? [];
    const deciding = (settingsOf.get(objectKey({ vhost, name })) ?? []).filter(
        (each) => each.kind === "queue" && keys.includes(each.key) && isLowered(each.before, each.after),
    );
    return objectKind === "queue" ? [{ kind, vhost, queue: name, losesMessages, settings: deciding }] : [];
}

/** The queues that the messages of a route no longer reach. */
function routeImpacts({ kind, vhost, before, after, consequence }: RouteChange): readonly QueueImpact[] {
    if (consequence === "none" || !["unroutable", "parked", "narrowed"].includes(kind)) {
        return [];
    }
    const lost = before.queues.filter((name) => !after.queues.includes(name));
    return lost.map((queue) => ({
        kind: "unrouted",
        vhost,
        queue,
        losesMessages: isDestructive(consequence),
        settings: [],
    }));
}

/** The queues that an exchange routes to, directly or through other exchanges. */
function boundQueues({ bindings }: Topology, vhost: string, exchange: string): readonly string[] {
    const exchanges = new Set([exchange]);
    const queues = new Set<string>();
    for (const from of exchanges) {
        for (const each of bindings.filter(({ vhost: at, source }) => at === vhost && source === from)) {
            (each.destinationType === "queue" ? queues : exchanges).add(each.destination);
        }
    }
    return [...queues];
}
