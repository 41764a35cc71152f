import { objectKey, type Topology } from "../../model/index.ts";
import { isLowered } from "../changeRules/settingRule.ts";
import type { Change, Effect } from "../compare/change.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";
import type { SettingChange } from "../compare/settings/settingsDiff.ts";
import type { Review } from "../report/review.ts";
import { isDestructive } from "../report/verdict.ts";

/** What a change does to a queue, as far as a broker's numbers can say how much that is. */
export type QueueImpactKind =
    /** Goes with everything in it. */
    | "deleted"
    /** Goes once nobody has used it for a while. */
    | "unused"
    /** May hold less. */
    | "bounded"
    /** Keeps its messages for a shorter time. */
    | "expiring"
    /** A log that is cut off. */
    | "truncated"
    /** Is reached by less. */
    | "unrouted"
    /** Keeps its messages, but they lose what would have become of them. */
    | "exposed";

export interface QueueImpact {
    readonly kind: QueueImpactKind;
    readonly vhost: string;
    /** @default - every queue that the virtual host has */
    readonly queue?: string;
    /** Whether messages die of it; otherwise they go elsewhere. */
    readonly losesMessages: boolean;
    /** The settings that decide, with their new values. */
    readonly settings: readonly SettingChange[];
}

type Compared = Pick<Review, "changes" | "routing" | "settings">;

/** The queues that each change, and each changed route, hits; by its id, in the order of the review. */
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
                effectHits(change, effect, { before, settingsOf, routes }),
            );
            return [change.id, all] as const;
        }),
        ...routing.map((each) => [each.id, routeHits(each)] as const),
    ];
    return new Map(found.filter(([, all]) => all.length > 0));
}

interface Found {
    readonly before: Topology;
    readonly settingsOf: ReadonlyMap<string, readonly SettingChange[]>;
    readonly routes: ReadonlyMap<string, RouteChange>;
}

/** By the rule's id. A further rule that destroys counts as one that leaves messages exposed, so that its numbers are shown at least. */
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

function effectHits(
    change: Change,
    effect: Effect,
    { before, settingsOf, routes }: Found,
): readonly QueueImpact[] {
    const { rule } = effect.reason;
    const losesMessages = isDestructive(effect.consequence);
    const kind = kinds[rule] ?? "exposed";
    const { vhost, name, kind: hit } = effect.object ?? change.object;
    const route = effect.route === undefined ? undefined : routes.get(effect.route);
    if (route !== undefined) {
        return routeHits(route);
    }
    // What its replacement does to the queue's bindings is a part of its deletion.
    if (!(losesMessages || kind === "bounded") || rule === "queue.unboundDuringReplacement") {
        return [];
    }
    if (hit === "broker") {
        return before.vhosts.map(({ name: all }) => ({ kind, vhost: all, losesMessages, settings: [] }));
    }
    if (hit === "vhost") {
        return [{ kind, vhost: name, losesMessages, settings: [] }];
    }
    if (hit === "exchange") {
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
    return hit === "queue" ? [{ kind, vhost, queue: name, losesMessages, settings: deciding }] : [];
}

/** The queues that a kind of message reached and does not reach by itself any more. */
function routeHits({ kind, vhost, before, after, consequence }: RouteChange): readonly QueueImpact[] {
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

/** The queues that an exchange hands messages to, over other exchanges, too. */
function boundQueues({ bindings }: Topology, vhost: string, exchange: string): readonly string[] {
    const passed = new Set([exchange]);
    const queues = new Set<string>();
    for (const from of passed) {
        for (const each of bindings.filter(({ vhost: at, source }) => at === vhost && source === from)) {
            (each.destinationType === "queue" ? queues : passed).add(each.destination);
        }
    }
    return [...queues];
}
