import { lazy, perTopology } from "../lookup/memoize.ts";
import { type Queue, queueTypeNoun, type Topology } from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { knownDeadLetters } from "../view/knownDeadLetters.ts";

/** The parking queues of a topology. */
export interface ParkingQueues {
    readonly all: () => readonly Queue[];
    /** Why a queue is not one, as the end of a sentence; `undefined` if it is one. */
    readonly problemOf: (queue: Queue) => string | undefined;
    /** The queues whose dead letters a queue receives. */
    readonly sourcesOf: (queue: Queue) => readonly Queue[];
}

/**
 * The queues in which messages wait for a person. A broker's export has no purposes: there, it is a queue that receives dead letters, and from
 * which messages neither expire nor move on.
 */
export const parkingQueues: (topology: Topology) => ParkingQueues = perTopology((topology) => {
    const deadLetters = lazy(() => knownDeadLetters(topology, topology.brokerVersion));
    const settingsOf = effectiveSettings(topology);
    const problemOf = (queue: Queue): string | undefined => {
        if (queue.type === "stream") {
            return `is a ${queueTypeNoun(queue.type)}, from which no message can be taken`;
        }
        if (queue.purpose !== undefined) {
            return queue.purpose === "parking"
                ? undefined
                : `is not a parking queue, its purpose is "${queue.purpose}"`;
        }
        const { settings } = settingsOf(queue);
        if (settings.has("dead-letter-exchange")) {
            return "is not a parking queue, its messages are dead-lettered themselves";
        }
        return deadLetters().deadLetterSources(queue).length === 0
            ? "is not a parking queue, it receives no dead letters"
            : undefined;
    };
    return {
        all: lazy(() => topology.queues.filter((queue) => problemOf(queue) === undefined)),
        problemOf,
        sourcesOf: (queue) => deadLetters().deadLetterSources(queue),
    };
});
