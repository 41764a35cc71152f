import type { Duration } from "../../model/index.ts";
import type { QueueHistory, QueueMoment } from "../../readings/queueHistory.ts";
import { growthWindow, redeliveryWindow } from "./thresholds.ts";

/** What is known of a queue at one moment. */
export interface QueueReading {
    /** Whether the broker has the queue, and it has a leader. */
    readonly present: boolean;
    readonly ready: number;
    readonly unacknowledged: number;
    readonly readyBytes: number;
    readonly consumers: number;
    /** Messages a second. */
    readonly inRate: number;
    readonly outRate: number;
    /** Ready messages that it gained a second within the window of the growth rule, or since the broker remembers; negative where it lost some. */
    readonly growthRate: number;
    /** The least time that the oldest ready message has waited; see {@link leastWait}. */
    readonly oldest: Duration;
    /** How much was delivered, and delivered again, within the window of the redelivery rule, or as far back as the broker remembers. */
    readonly delivered: number;
    readonly redelivered: number;
    /** For how long the consumers have held messages without settling any. */
    readonly held: Duration;
}

/** Concludes from what a broker tells and remembers of a queue; `undefined`: it tells nothing of it. */
export function readingOf(history: QueueHistory | undefined): QueueReading {
    if (history === undefined) {
        return absent;
    }
    const { now, before, running, readyBytes, consumers, inRate, outRate } = history;
    const { ready, unacknowledged } = now;
    const since = (window: Duration): QueueMoment =>
        before.find(({ at }) => at <= now.at - window) ?? before.at(-1) ?? now;
    const windowStart = since(redeliveryWindow);
    return {
        present: running,
        ready,
        unacknowledged,
        readyBytes,
        consumers,
        inRate,
        outRate,
        growthRate: growthRate(now, since(growthWindow)),
        oldest: leastWait(now, before),
        // A leader that restarted counts from zero again.
        delivered: Math.max(now.delivered - windowStart.delivered, 0),
        redelivered: Math.max(now.redelivered - windowStart.redelivered, 0),
        held: heldTime(now, before),
    };
}

const absent: QueueReading = {
    present: false,
    ready: 0,
    unacknowledged: 0,
    readyBytes: 0,
    consumers: 0,
    inRate: 0,
    outRate: 0,
    growthRate: 0,
    oldest: 0 as Duration, // no time
    delivered: 0,
    redelivered: 0,
    held: 0 as Duration, // no time
};

function growthRate(now: QueueMoment, then: QueueMoment): number {
    return now.at === then.at ? 0 : ((now.ready - then.ready) * 1_000) / (now.at - then.at);
}

/**
 * How long the oldest ready message has waited at least. A queue hands out its oldest first, so where fewer messages were delivered since
 * some moment than were ready at it, one of those is still there; not where the queue was empty in between, since messages also expire.
 */
export function leastWait(now: QueueMoment, before: readonly QueueMoment[]): Duration {
    const full = now.ready === 0 ? [] : unbroken(before, ({ ready }) => ready > 0);
    const since = full.findLast(({ ready, delivered }) => ready > now.delivered - delivered);
    return (since === undefined ? 0 : now.at - since.at) as Duration; // the difference of two times
}

/** How long consumers have held messages while nothing was acknowledged and nothing delivered. */
function heldTime(now: QueueMoment, before: readonly QueueMoment[]): Duration {
    const still =
        now.unacknowledged === 0
            ? []
            : unbroken(
                  before,
                  ({ unacknowledged, delivered, acknowledged }) =>
                      unacknowledged > 0 && delivered === now.delivered && acknowledged === now.acknowledged,
              );
    const since = still.at(-1);
    return (since === undefined ? 0 : now.at - since.at) as Duration; // the difference of two times
}

/** The moments up to the first of which something does not hold. */
function unbroken(
    moments: readonly QueueMoment[],
    holds: (moment: QueueMoment) => boolean,
): readonly QueueMoment[] {
    const end = moments.findIndex((moment) => !holds(moment));
    return end === -1 ? moments : moments.slice(0, end);
}
