import fc from "fast-check";
import { nodeMetrics, queueMetrics } from "../../src/alerts/metrics.ts";
import { type WatchedQueue, watchedQueues } from "../../src/alerts/queues/watchedQueue.ts";
import { emptyTopology } from "../../src/model/emptyTopology.ts";
import { bytes, duration, queue, times } from "../../src/model/index.ts";
import type { QueueHistory, QueueMoment } from "../../src/readings/queueHistory.ts";
import type { Samples, Series } from "./promqlValue.ts";

const minute = duration("1 minute");
const minutesKept = 60;
export const now = Date.UTC(2026, 10, 24, 12);

const count = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.integer({ min: 0, max }));

/** A queue that every rule applies to. Its limits are in whole minutes, as the moments are. */
export const watchedQueue: fc.Arbitrary<WatchedQueue> = fc
    .record({
        maxMessages: fc.option(fc.integer({ min: 20, max: 400 }), { nil: undefined }),
        maxBytes: fc.integer({ min: 200, max: 4_000 }),
        deadlineMinutes: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        jobMinutes: fc.integer({ min: 1, max: 10 }),
        deliveryLimit: fc.integer({ min: 1, max: 20 }),
        keeps: fc.boolean(),
    })
    .map(({ maxBytes, deadlineMinutes, jobMinutes, keeps, ...limits }) => {
        const topology = { ...emptyTopology("4.3"), queues: [queue("shop", "orders", "quorum")] };
        const [plain] = watchedQueues(topology);
        if (plain === undefined) {
            throw new Error("a topology's queues are watched");
        }
        return {
            ...plain,
            ...limits,
            consumers: ["office"],
            maxBytes: bytes(`${maxBytes} B`),
            deadline: deadlineMinutes === undefined ? undefined : times(minute, 2 * deadlineMinutes),
            jobLimit: times(minute, jobMinutes),
            deadLettersOf: keeps ? ["invoices"] : [],
            unroutedOf: keeps ? ["events"] : [],
        };
    });

/** The counts at every minute of an hour, oldest first. */
type Counts = Pick<QueueMoment, "ready" | "unacknowledged" | "delivered" | "redelivered" | "acknowledged">;

/** Everything changes evenly for some minutes; what leaves the queue was delivered. */
const even = (minutes: number): fc.Arbitrary<readonly Counts[]> =>
    fc
        .record({
            ready: fc.tuple(count(400), count(400)),
            unacknowledged: fc.tuple(count(20), count(20)),
            delivered: count(600),
            redelivered: count(200),
            acknowledged: count(400),
        })
        .map(({ ready, unacknowledged, delivered, redelivered, acknowledged }) => {
            const between = ([from, to]: readonly [number, number], index: number): number =>
                from + ((to - from) * index) / minutes;
            const taken = Math.max(delivered, ready[0] - ready[1]);
            return Array.from({ length: minutes + 1 }, (_, index) => ({
                ready: between(ready, index),
                unacknowledged: between(unacknowledged, index),
                delivered: between([0, taken], index),
                redelivered: between([0, redelivered], index),
                acknowledged: between([0, acknowledged], index),
            }));
        });

/** Every minute something is published, delivered, delivered again and acknowledged, or nothing. */
const uneven: fc.Arbitrary<readonly Counts[]> = fc
    .array(
        fc.record({
            published: count(6),
            delivered: count(6),
            redelivered: count(6),
            acknowledged: count(6),
        }),
        { minLength: minutesKept, maxLength: minutesKept },
    )
    .chain((steps) =>
        count(minutesKept).map((busy) => steps.map((step, index) => (index < busy ? step : idle))),
    )
    .map((steps) => {
        const moments: Counts[] = [
            { ready: 3, unacknowledged: 0, delivered: 0, redelivered: 0, acknowledged: 0 },
        ];
        for (const step of steps) {
            const last = moments.at(-1) ?? idleCounts;
            const available = last.ready + step.published;
            const delivered = Math.min(step.delivered, available);
            const held = last.unacknowledged + delivered;
            const acknowledged = Math.min(step.acknowledged, held);
            moments.push({
                ready: available - delivered,
                unacknowledged: held - acknowledged,
                delivered: last.delivered + delivered,
                redelivered: last.redelivered + step.redelivered,
                acknowledged: last.acknowledged + acknowledged,
            });
        }
        return moments;
    });

const idle = { published: 0, delivered: 0, redelivered: 0, acknowledged: 0 };
const idleCounts: Counts = { ready: 0, unacknowledged: 0, delivered: 0, redelivered: 0, acknowledged: 0 };

function historyOf(counts: readonly Counts[], messageSize: number, consumers: number): QueueHistory {
    const [last = { at: now, ...idleCounts }, ...before] = counts
        .map((each, index) => ({ ...each, at: now - (counts.length - 1 - index) * minute }))
        .reverse();
    return {
        vhost: "shop",
        name: "orders",
        running: true,
        readyBytes: last.ready * messageSize,
        consumers,
        inRate: 0,
        outRate: 0,
        now: last,
        before,
    };
}

function historiesOf(counts: fc.Arbitrary<readonly Counts[]>): fc.Arbitrary<QueueHistory> {
    return fc
        .tuple(counts, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 2 }))
        .map(([moments, size, consumers]) => historyOf(moments, size, consumers));
}

export const evenHistories = historiesOf(even(minutesKept));
/** Of a queue that was declared a few minutes ago. */
export const youngHistories = historiesOf(fc.integer({ min: 1, max: 10 }).chain(even));
export const unevenHistories = historiesOf(uneven);

/** The same hour as Prometheus stores it; `undefined`: no node reports the queue. */
export function seriesOf(history: QueueHistory | undefined): Series {
    const alive: Series = { [nodeMetrics.build]: [{ at: now, value: 1 }] };
    if (history === undefined) {
        return alive;
    }
    const moments = [history.now, ...history.before];
    const messageSize = history.now.ready === 0 ? 0 : history.readyBytes / history.now.ready;
    const samples = (value: (moment: QueueMoment) => number): Samples =>
        moments.map((moment) => ({ at: moment.at, value: value(moment) }));
    const values: Readonly<Record<keyof typeof queueMetrics, Samples>> = {
        ready: samples(({ ready }) => ready),
        unacknowledged: samples(({ unacknowledged }) => unacknowledged),
        readyBytes: samples(({ ready }) => ready * messageSize),
        consumers: samples(() => history.consumers),
        published: samples(() => 0),
        acknowledged: samples(({ acknowledged }) => acknowledged),
        redelivered: samples(({ redelivered }) => redelivered),
        // Counted apart by how they were taken; here half of them each.
        deliveredToConsumers: samples(({ delivered }) => delivered / 2),
        deliveredUnacknowledged: samples(() => 0),
        got: samples(({ delivered }) => delivered / 2),
        gotUnacknowledged: samples(() => 0),
    };
    return {
        ...alive,
        ...Object.fromEntries(
            // Object.entries widens the keys
            Object.entries(values).map(([name, each]) => [
                queueMetrics[name as keyof typeof queueMetrics],
                each,
            ]),
        ),
    };
}
