import { distance } from "fastest-levenshtein";
import { objectKey, type Queue } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Comparison } from "./comparison.ts";

/** With more new queues than this, many names are similar by chance, so similar names do not count. */
const maxNewQueues = 200;

/**
 * The new queue that seems to replace a deleted one: of the same type and purpose, with the same bindings or a similar name. For a person that
 * is a rename, which RabbitMQ does not have.
 */
export function successorOf(queueBefore: Queue, comparison: Comparison): Queue | undefined {
    const known = newQueues.get(comparison) ?? newQueuesOf(comparison);
    newQueues.set(comparison, known);
    const { added, feedsBefore, feedsAfter } = known;
    const candidates = added.filter(
        ({ vhost, type, purpose }) =>
            vhost === queueBefore.vhost && type === queueBefore.type && purpose === queueBefore.purpose,
    );
    const feeds = feedsBefore.get(objectKey(queueBefore));
    const successor =
        feeds === undefined
            ? undefined
            : candidates.find((each) => includesAll(feedsAfter.get(objectKey(each)), feeds));
    return (
        successor ??
        (candidates.length > maxNewQueues
            ? undefined
            : candidates.find((each) => isSimilar(queueBefore, each)))
    );
}

function includesAll(now: ReadonlySet<string> | undefined, feeds: ReadonlySet<string>): boolean {
    return now !== undefined && [...feeds].every((each) => now.has(each));
}

function isSimilar(queueBefore: Queue, queueAfter: Queue): boolean {
    return distance(queueBefore.name, queueAfter.name) <= Math.max(2, queueBefore.name.length / 4);
}

interface NewQueues {
    readonly added: readonly Queue[];
    readonly feedsBefore: Feeds;
    readonly feedsAfter: Feeds;
}

/** The bindings of each queue, by the queue's identity, without those with its own name as routing key: a rename changes them. */
type Feeds = ReadonlyMap<string, ReadonlySet<string>>;

const newQueues = new WeakMap<Comparison, NewQueues>();

function newQueuesOf({ before, after }: Comparison): NewQueues {
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
        if (destinationType === "queue" && routingKey !== destination) {
            const key = objectKey({ vhost, name: destination });
            feeds.set(key, (feeds.get(key) ?? new Set()).add(JSON.stringify([source, routingKey])));
        }
    }
    return feeds;
}
