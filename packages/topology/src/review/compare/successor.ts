import { distance } from "fastest-levenshtein";
import { objectKey, type Queue } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Comparison } from "./comparison.ts";

/** Where more queues than these are new at once, nearly every name is near to some other, and nearness says nothing. */
const manyNew = 200;

/**
 * The new queue that seems to take over from a deleted one: of the same kind, and fed by the same bindings or called nearly the same. A
 * person calls that a rename; the broker knows none.
 */
export function successorOf(was: Queue, comparison: Comparison): Queue | undefined {
    const known = arrivals.get(comparison) ?? arrivalsOf(comparison);
    arrivals.set(comparison, known);
    const { added, feedsBefore, feedsAfter } = known;
    const candidates = added.filter(
        ({ vhost, type, purpose }) => vhost === was.vhost && type === was.type && purpose === was.purpose,
    );
    const feeds = feedsBefore.get(objectKey(was));
    const heir =
        feeds === undefined
            ? undefined
            : candidates.find((each) => includesAll(feedsAfter.get(objectKey(each)), feeds));
    return heir ?? (candidates.length > manyNew ? undefined : candidates.find((each) => isNear(was, each)));
}

function includesAll(now: ReadonlySet<string> | undefined, feeds: ReadonlySet<string>): boolean {
    return now !== undefined && [...feeds].every((each) => now.has(each));
}

function isNear(was: Queue, is: Queue): boolean {
    return distance(was.name, is.name) <= Math.max(2, was.name.length / 4);
}

interface Arrivals {
    readonly added: readonly Queue[];
    readonly feedsBefore: Feeds;
    readonly feedsAfter: Feeds;
}

/** What each queue is bound to, by the queue's identity. */
type Feeds = ReadonlyMap<string, ReadonlySet<string>>;

const arrivals = new WeakMap<Comparison, Arrivals>();

function arrivalsOf({ before, after }: Comparison): Arrivals {
    return {
        added: after.topology.queues.filter(
            ({ vhost, name }) => before.queueNamed(vhost, name) === undefined,
        ),
        feedsBefore: feedsOf(before),
        feedsAfter: feedsOf(after),
    };
}

function feedsOf({ topology }: TopologyView): Feeds {
    const feeds = new Map<string, Set<string>>();
    for (const { vhost, source, destination, destinationType, routingKey } of topology.bindings) {
        if (destinationType === "queue") {
            const key = objectKey({ vhost, name: destination });
            feeds.set(key, (feeds.get(key) ?? new Set()).add(JSON.stringify([source, routingKey])));
        }
    }
    return feeds;
}
