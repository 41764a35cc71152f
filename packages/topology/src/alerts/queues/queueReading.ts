import type { Duration } from "../../model/index.ts";
import type { QueueHistory, QueueMoment } from "../../readings/queueHistory.ts";
import { growthWindow, redeliveryWindow } from "./thresholds.ts";

/** The state of a queue at one moment. */
export interface QueueReading {
    /** Whether the queue exists and has a leader. */
    readonly present: boolean;
    readonly ready: number;
    readonly unacknowledged: number;
    readonly readyBytes: number;
    readonly consumers: number;
    /** Messages a second. */
    readonly inRate: number;
    readonly outRate: number;
    /** The growth of ready messages per second within the window of the growth rule, or since the first sample. Negative if the queue shrinks. */
    readonly growthRate: number;
    /** The minimum time that the oldest ready message has waited; see {@link minimumWait}. */
    readonly oldest: Duration;
    /** Deliveries and redeliveries within the window of the redelivery rule, or since the first sample. */
    readonly delivered: number;
    readonly redelivered: number;
    /** How long consumers have had unacknowledged messages without settling any. */
    readonly held: Duration;
}

/** Computes the state of a queue from its samples. `undefined`: the broker reports no such queue. */
export function readingOf(history: QueueHistory | undefined): QueueReading {
    if (history === undefined) {
        return missing;
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
        oldest: minimumWait(now, before),
        // A leader that restarted counts from zero again.
        delivered: Math.max(now.delivered - windowStart.delivered, 0),
        redelivered: Math.max(now.redelivered - windowStart.redelivered, 0),
        held: heldTime(now, before),
    };
}

const missing: QueueReading = {
    present: false,
    ready: 0,
    unacknowledged: 0,
    readyBytes: 0,
    consumers: 0,
    inRate: 0,
    outRate: 0,
    growthRate: 0,
    oldest: 0 as Duration, // zero milliseconds
    delivered: 0,
    redelivered: 0,
    held: 0 as Duration, // zero milliseconds
};

function growthRate(now: QueueMoment, then: QueueMoment): number {
    return now.at === then.at ? 0 : ((now.ready - then.ready) * 1_000) / (now.at - then.at);
}

/**
 * The minimum time that the oldest ready message has waited. A queue delivers its oldest message first: if fewer messages were delivered since
 * a moment than were ready at that moment, one of them is still waiting. This does not hold if the queue was empty in between, because messages
 * also expire.
 */
export function minimumWait(now: QueueMoment, before: readonly QueueMoment[]): Duration {
    const full = now.ready === 0 ? [] : unbroken(before, ({ ready }) => ready > 0);
    const since = full.findLast(({ ready, delivered }) => ready > now.delivered - delivered);
    return (since === undefined ? 0 : now.at - since.at) as Duration; // the difference of two times
}

/** How long consumers have had unacknowledged messages while no message was acknowledged or delivered. */
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

/** The moments before the first one that does not meet the condition. */
function unbroken(
    moments: readonly QueueMoment[],
    condition: (moment: QueueMoment) => boolean,
): readonly QueueMoment[] {
    const end = moments.findIndex((moment) => !condition(moment));
    return end === -1 ? moments : moments.slice(0, end);
}
