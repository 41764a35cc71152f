import type { SettingsOf } from "../broker/effective.js";
import { fates } from "../broker/fate.js";
import { groupedByName } from "../broker/named.js";
import type { BrokerVersion, Queue, Topology } from "../model/index.js";
import { once, remembered } from "./grouped.js";

/** Where the dead letters of a queue go next. */
export interface DeadLetterHop {
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    readonly queues: readonly string[];
}

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
export function knownDeadLetters(
    topology: Topology,
    version: BrokerVersion,
    settingsOf: SettingsOf,
): KnownDeadLetters {
    const fateOf = fates(topology, version, settingsOf);
    const deadLetters = remembered((queue: Queue): DeadLetterHop | undefined => {
        // A rejection is the one cause that no other setting of the queue can hold back.
        const [step] = fateOf(queue.vhost, queue.name, "rejected").steps;
        return step?.exchange === undefined
            ? undefined
            : { exchange: step.exchange, routingKeys: step.routingKeys, queues: step.to };
    });
    const sources = once(() =>
        groupedByName(
            topology.queues.flatMap((queue) =>
                (deadLetters(queue)?.queues ?? []).map((name) => ({ vhost: queue.vhost, name, queue })),
            ),
            (each) => each,
        ),
    );
    return {
        deadLetters,
        deadLettersWith: ({ vhost, name }, routingKey) =>
            fateOf(vhost, name, "rejected", { routingKey }).steps[0]?.to ?? [],
        deadLetterSources: ({ vhost, name }) => sources()(vhost, name).map(({ queue }) => queue),
    };
}
