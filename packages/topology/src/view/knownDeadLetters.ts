import { lazy, memoize } from "../lookup/memoize.ts";
import { groupedByName } from "../lookup/named.ts";
import type { KnownVersion, Queue, Topology } from "../model/index.ts";
import { type DeadLetterHop, deadLetterHops } from "../routing/deadLetters.ts";

/** Dead-letter routes, as the rules need them. */
export interface KnownDeadLetters {
    /** The next hop of a queue's dead letters; `undefined` if it has no dead-letter exchange. */
    readonly deadLetters: (queue: Queue) => DeadLetterHop | undefined;
    /** The queues that receive a dead letter which had this routing key. */
    readonly deadLettersWith: (queue: Queue, routingKey: string) => readonly string[];
    /** The queues whose dead letters this queue receives. */
    readonly deadLetterSources: (queue: Pick<Queue, "vhost" | "name">) => readonly Queue[];
}

/** Computes the dead-letter routes, each once. */
export function knownDeadLetters(topology: Topology, version: KnownVersion): KnownDeadLetters {
    const hopOf = deadLetterHops(topology, version);
    const deadLetters = memoize((queue: Queue) => hopOf(queue));
    const sources = lazy(() =>
        groupedByName(
            topology.queues.flatMap((queue) =>
                (deadLetters(queue)?.queues ?? []).map((name) => ({ vhost: queue.vhost, name, queue })),
            ),
            (each) => each,
        ),
    );
    return {
        deadLetters,
        deadLettersWith: (queue, routingKey) => hopOf(queue, { routingKeys: [routingKey] })?.queues ?? [],
        deadLetterSources: ({ vhost, name }) => sources()(vhost, name).map(({ queue }) => queue),
    };
}
