import { lazy, memoize } from "../lookup/memoize.ts";
import { groupedByName } from "../lookup/named.ts";
import type { BrokerVersion, Queue, Topology } from "../model/index.ts";
import { type DeadLetterHop, deadLetterHops } from "../routing/deadLetters.ts";

/** Where dead letters go, as the rules ask for it. */
export interface KnownDeadLetters {
    /** Where the dead letters of a queue go; `undefined` where it has no dead-letter exchange. */
    readonly deadLetters: (queue: Queue) => DeadLetterHop | undefined;
    /** The queues that take a dead letter which came with this key. */
    readonly deadLettersWith: (queue: Queue, routingKey: string) => readonly string[];
    /** The queues whose dead letters come here. */
    readonly deadLetterSources: (queue: Pick<Queue, "vhost" | "name">) => readonly Queue[];
}

/** Follows each queue's dead letters once. */
export function knownDeadLetters(topology: Topology, version: BrokerVersion): KnownDeadLetters {
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
