import { expect, it } from "vitest";
import { minimumWait, readingOf } from "../../src/alerts/queues/queueReading.ts";
import { duration } from "../../src/model/index.ts";
import type { QueueHistory, QueueMoment } from "../../src/readings/queueHistory.ts";

const minute = duration("1 minute");
const noon = Date.UTC(2026, 10, 24, 12);

/** A moment some minutes before noon. */
function moment(minutesAgo: number, counts: Partial<Omit<QueueMoment, "at">> = {}): QueueMoment {
    return {
        at: noon - minutesAgo * minute,
        ready: 0,
        unacknowledged: 0,
        delivered: 0,
        redelivered: 0,
        acknowledged: 0,
        ...counts,
    };
}

function history(now: QueueMoment, ...before: readonly QueueMoment[]): QueueHistory {
    return {
        vhost: "spot",
        name: "a",
        running: true,
        readyBytes: 0,
        consumers: 1,
        inRate: 0,
        outRate: 0,
        now,
        before,
    };
}

it.each<{ name: string; now: QueueMoment; before: readonly QueueMoment[]; minutes: number }>([
    {
        name: "an empty queue has no oldest message",
        now: moment(0),
        before: [moment(1, { ready: 5 })],
        minutes: 0,
    },
    {
        name: "nothing is delivered: the oldest is as old as the queue is filled",
        now: moment(0, { ready: 9 }),
        before: [moment(1, { ready: 7 }), moment(2, { ready: 4 }), moment(3)],
        minutes: 2,
    },
    {
        name: "fewer are delivered than had waited",
        now: moment(0, { ready: 9, delivered: 13 }),
        before: [
            moment(1, { ready: 8, delivered: 10 }),
            moment(2, { ready: 6, delivered: 8 }),
            moment(3, { ready: 5, delivered: 8 }),
        ],
        minutes: 2,
    },
    {
        name: "all that had waited is delivered",
        now: moment(0, { ready: 4, delivered: 20 }),
        before: [moment(1, { ready: 4, delivered: 10 }), moment(2, { ready: 6, delivered: 5 })],
        minutes: 0,
    },
    {
        name: "messages from before the queue was empty are removed, delivered or not",
        now: moment(0, { ready: 3 }),
        before: [moment(1, { ready: 3 }), moment(2), moment(3, { ready: 8 })],
        minutes: 1,
    },
    { name: "a broker that remembers nothing", now: moment(0, { ready: 3 }), before: [], minutes: 0 },
])("concludes how long the oldest message waits: $name", ({ now, before, minutes }) => {
    expect(minimumWait(now, before)).toBe(minutes * minute);
});

it("counts deliveries of the last quarter of an hour only", () => {
    const { delivered, redelivered } = readingOf(
        history(
            moment(0, { delivered: 50, redelivered: 20 }),
            moment(10, { delivered: 45, redelivered: 18 }),
            moment(15, { delivered: 30, redelivered: 8 }),
            moment(20, { delivered: 5, redelivered: 1 }),
        ),
    );
    expect({ delivered, redelivered }).toEqual({ delivered: 20, redelivered: 12 });
});

it("takes counters of a leader that restarted for new ones", () => {
    const { delivered } = readingOf(history(moment(0, { delivered: 3 }), moment(15, { delivered: 900 })));
    expect(delivered).toBe(0);
});

it.each<{ name: string; before: readonly QueueMoment[]; perMinute: number }>([
    {
        name: "half an hour ago",
        before: [moment(10, { ready: 280 }), moment(30, { ready: 240 }), moment(40, { ready: 1_000 })],
        perMinute: 2,
    },
    { name: "as long ago as it knows", before: [moment(0), moment(10, { ready: 200 })], perMinute: 10 },
    { name: "when there were more", before: [moment(30, { ready: 600 })], perMinute: -10 },
    { name: "at no time", before: [], perMinute: 0 },
])("tells how fast a queue grows since the broker knew it: $name", ({ before, perMinute }) => {
    const { growthRate } = readingOf(history(moment(0, { ready: 300 }), ...before));
    expect(growthRate).toBeCloseTo(perMinute / 60);
});

it.each<{ name: string; now: QueueMoment; before: readonly QueueMoment[]; minutes: number }>([
    {
        name: "nothing is settled since they got them",
        now: moment(0, { unacknowledged: 2, delivered: 7, acknowledged: 5 }),
        before: [
            moment(1, { unacknowledged: 2, delivered: 7, acknowledged: 5 }),
            moment(2, { unacknowledged: 2, delivered: 7, acknowledged: 5 }),
            moment(3, { unacknowledged: 3, delivered: 7, acknowledged: 4 }),
        ],
        minutes: 2,
    },
    {
        name: "something was acknowledged in between",
        now: moment(0, { unacknowledged: 2, delivered: 7, acknowledged: 5 }),
        before: [moment(1, { unacknowledged: 2, delivered: 6, acknowledged: 4 })],
        minutes: 0,
    },
    {
        name: "they hold nothing",
        now: moment(0, { delivered: 7, acknowledged: 7 }),
        before: [moment(1, { unacknowledged: 1, delivered: 7, acknowledged: 7 })],
        minutes: 0,
    },
])("tells for how long consumers hold messages: $name", ({ now, before, minutes }) => {
    expect(readingOf(history(now, ...before)).held).toBe(minutes * minute);
});

it("is missing for a queue that the broker does not report", () => {
    expect(readingOf(undefined)).toMatchObject({ present: false, ready: 0, consumers: 0, oldest: 0 });
});
