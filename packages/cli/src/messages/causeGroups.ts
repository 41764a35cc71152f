import type { Topology } from "@spot-messaging/topology";
import {
    messageHistory,
    type ParkedMessage,
    type ParkingCause,
    parkingCauses,
} from "@spot-messaging/topology/messages";
import { groupBy } from "@spot-messaging/topology/text";

/** The messages of a parking queue with the same cause. */
export interface CauseGroup extends Omit<ParkingCause, "sentence" | "settings" | "at" | "attempts"> {
    readonly count: number;
    /** The cause of the newest one in a sentence. */
    readonly example: string;
    /** When the first and the last one failed, in milliseconds since 1970. @default - unknown */
    readonly oldest?: number;
    readonly newest?: number;
}

/** A parking queue with its messages by cause. */
export interface ParkedGroups {
    readonly vhost: string;
    readonly queue: string;
    readonly total: number;
    /** How many messages were read; the causes are those of these. */
    readonly read: number;
    /** Whether the look may have changed the order of the messages. */
    readonly mayReorder: boolean;
    /** Most messages first. */
    readonly causes: readonly CauseGroup[];
    /** Why its messages were not read. @default - they were */
    readonly problem?: string;
}

/** Groups messages by their cause. */
export function causeGroups(topology: Topology, messages: readonly ParkedMessage[]): readonly CauseGroup[] {
    const causeOf = parkingCauses(topology);
    const causes = messages.map((message) => causeOf(message, messageHistory(message)));
    return [...groupBy(causes, causeKey).values()].flatMap(groupOf).sort((a, b) => b.count - a.count);
}

/** The same text for messages that are alike. */
export function causeKey({ reason, queue, service, release, errorType }: ParkingCause): string {
    return JSON.stringify([reason, queue, service, release, errorType]);
}

function groupOf(causes: readonly ParkingCause[]): readonly CauseGroup[] {
    const times = causes.flatMap(({ at }) => (at === undefined ? [] : [at]));
    const newest = Math.max(...times);
    // The last one in the queue if no time is known.
    const last = causes.find(({ at }) => at === newest) ?? causes.at(-1);
    if (last === undefined) {
        return [];
    }
    const { reason, queue, service, release, errorType, error, sentence } = last;
    return [
        {
            reason,
            ...(queue !== undefined && { queue }),
            ...(service !== undefined && { service }),
            ...(release !== undefined && { release }),
            ...(errorType !== undefined && { errorType }),
            ...(error !== undefined && { error }),
            count: causes.length,
            example: sentence,
            ...(times.length > 0 && { oldest: Math.min(...times), newest }),
        },
    ];
}
