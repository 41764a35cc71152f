import { named } from "../../lookup/named.ts";
import { type InVhost, objectKey, type Topology } from "../../model/index.ts";
import type { QueueNumbers } from "../../readings/queueNumbers.ts";
import { compareText } from "../../text/names.ts";
import type { Review } from "../report/review.ts";
import { type LiveQueue, liveQueue, missingQueue } from "./impact.ts";
import { type QueueImpact, queueImpacts } from "./queueImpact.ts";

/** How many messages of a live broker the destructive changes of a review would affect if they were applied now. */
export interface BlastRadius {
    /** Where the numbers come from, without credentials: `https://rabbit.example.com:15671`. */
    readonly broker: string;
    /** Whether the broker is one side of the comparison, so that a missing queue is a difference. @default false */
    readonly isSide?: boolean;
    /** By the id of the change or of the changed route. Queues with the most lost messages come first. */
    readonly changes: ReadonlyMap<string, readonly LiveQueue[]>;
}

type Compared = Pick<Review, "changes" | "routing" | "settings">;

/** The virtual hosts whose queues the review needs numbers for. Empty if nothing is destroyed. */
export function touchedVhosts(review: Compared, before: Topology): readonly string[] {
    const all = [...queueImpacts(review, before).values()].flat().map(({ vhost }) => vhost);
    return [...new Set(all)].sort(compareText);
}

/**
 * Finds a broker's numbers for the queues that each change affects.
 * @param now in milliseconds since 1970, to compute how long messages have waited
 */
export function blastRadius(
    review: Compared,
    before: Topology,
    live: { readonly broker: string; readonly queues: readonly QueueNumbers[]; readonly now: number },
): BlastRadius {
    const numbersOf = named(live.queues);
    const changes = [...queueImpacts(review, before)].map(([id, all]) => {
        const byQueue = new Map<string, InVhost & { readonly impacts: QueueImpact[] }>();
        for (const impact of all) {
            for (const { vhost, name } of targets(impact, live.queues)) {
                const key = objectKey({ vhost, name });
                const known = byQueue.get(key) ?? { vhost, name, impacts: [] };
                known.impacts.push(impact);
                byQueue.set(key, known);
            }
        }
        const queues = [...byQueue.values()].map(({ vhost, name, impacts: own }) => {
            const numbers = numbersOf(vhost, name);
            return numbers === undefined ? missingQueue(own, vhost, name) : liveQueue(own, numbers, live.now);
        });
        return [id, queues.sort(worstFirst)] as const;
    });
    return { broker: live.broker, changes: new Map(changes) };
}

/** How many messages a change would lose, as far as known, and whether there may be more. */
export function lostMessagesOf(queues: readonly LiveQueue[]): {
    readonly known: number;
    readonly isExact: boolean;
} {
    return {
        known: queues.reduce((sum, { lostMessages = 0 }) => sum + lostMessages, 0),
        isExact: queues.every(({ lostMessages }) => lostMessages !== undefined),
    };
}

/** How many messages all changes together would lose, as far as known. A message that several changes lose counts once. */
export function totalLostMessages({ changes }: BlastRadius): number {
    const byQueue = new Map<string, number>();
    for (const { vhost, name, lostMessages = 0 } of [...changes.values()].flat()) {
        const key = objectKey({ vhost, name });
        byQueue.set(key, Math.max(lostMessages, byQueue.get(key) ?? 0));
    }
    return [...byQueue.values()].reduce((sum, each) => sum + each, 0);
}

/** A virtual host is deleted with all queues that the broker has in it, also those that the topology does not declare. */
function targets({ vhost, queue }: QueueImpact, live: readonly QueueNumbers[]): readonly InVhost[] {
    return queue === undefined ? live.filter((each) => each.vhost === vhost) : [{ vhost, name: queue }];
}

function worstFirst(a: LiveQueue, b: LiveQueue): number {
    const weight = ({ lostMessages = Number.POSITIVE_INFINITY }: LiveQueue): number => lostMessages;
    const [left, right] = [weight(a), weight(b)];
    return left === right ? compareText(objectKey(a), objectKey(b)) : right > left ? 1 : -1;
}
