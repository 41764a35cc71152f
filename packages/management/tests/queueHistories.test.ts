import { afterEach, expect, it } from "vitest";
import { managementApi } from "../src/managementApi.ts";
import { readQueueHistories } from "../src/queueHistories.ts";
import { type FakeBroker, fakeBroker } from "./fakeBroker.ts";

const brokers: FakeBroker[] = [];

afterEach(() => {
    for (const broker of brokers.splice(0)) {
        broker.close();
    }
});

/** @param remembered the broker's answer to a request with samples */
async function historiesOf(
    now: readonly object[],
    remembered: readonly object[] = [],
): ReturnType<typeof readQueueHistories> {
    const broker = await fakeBroker(({ line }) => ({
        body: JSON.stringify({ page_count: 1, items: line.includes("lengths_age=") ? remembered : now }),
    }));
    brokers.push(broker);
    const api = managementApi({ endpoint: broker.endpoint, username: "u", password: "p" });
    return await readQueueHistories(api, ["spot"]);
}

const samples = (...counts: readonly number[]): readonly object[] =>
    counts.map((sample, index) => ({ sample, timestamp: 180_000 - index * 60_000 }));

it("reads what a queue is and was", async () => {
    const histories = await historiesOf(
        [
            {
                vhost: "spot",
                name: "a",
                state: "running",
                consumers: 2,
                messages_ready: 7,
                messages_unacknowledged: 3,
                message_bytes_ready: 700,
                message_stats: {
                    publish_details: { rate: 4 },
                    deliver_get: 90,
                    deliver_get_details: { rate: 5 },
                    redeliver: 9,
                    redeliver_details: { rate: 2 },
                    ack: 70,
                },
            },
        ],
        [
            {
                vhost: "spot",
                name: "a",
                // The other numbers of an answer with samples are as old as the newest sample.
                messages_ready: 6,
                messages_unacknowledged: 2,
                messages_ready_details: { rate: 0, samples: samples(6, 5) },
                messages_unacknowledged_details: { rate: 0, samples: samples(2, 1) },
                message_stats: {
                    deliver_get: 80,
                    deliver_get_details: { rate: 1, samples: samples(80, 60) },
                    redeliver: 8,
                    redeliver_details: { rate: 1, samples: samples(8, 6) },
                    ack: 65,
                    ack_details: { rate: 1, samples: samples(65, 55) },
                },
            },
            { vhost: "spot", name: "deleted before the request" },
        ],
    );
    expect(histories).toEqual([
        {
            vhost: "spot",
            name: "a",
            running: true,
            readyBytes: 700,
            consumers: 2,
            inRate: 4,
            outRate: 3,
            now: {
                at: 180_000,
                ready: 7,
                unacknowledged: 3,
                delivered: 90,
                redelivered: 9,
                acknowledged: 70,
            },
            before: [
                { at: 180_000, ready: 6, unacknowledged: 2, delivered: 80, redelivered: 8, acknowledged: 65 },
                { at: 120_000, ready: 5, unacknowledged: 1, delivered: 60, redelivered: 6, acknowledged: 55 },
            ],
        },
    ]);
});

it.each([
    ["running", true],
    ["idle", true],
    [undefined, true],
    ["minority", false],
    ["down", false],
    ["crashed", false],
    ["stopped", false],
    ["terminated", false],
])("takes a queue whose state is %s for one that serves: %s", async (state, running) => {
    const histories = await historiesOf([{ vhost: "spot", name: "a", state }]);
    expect(histories.map((each) => each.running)).toEqual([running]);
});

it("reads an empty list in a table's place, as which RabbitMQ writes an empty one", async () => {
    const [history] = await historiesOf(
        [{ vhost: "spot", name: "a", messages_ready: 1, message_stats: [] }],
        [{ vhost: "spot", name: "a", messages_ready_details: [], message_stats: { ack_details: [] } }],
    );
    expect(history).toMatchObject({ now: { ready: 1, delivered: 0 }, before: [] });
});

it("counts nothing of a queue that was just declared", async () => {
    const nothing = { at: 0, ready: 0, unacknowledged: 0, delivered: 0, redelivered: 0, acknowledged: 0 };
    expect(await historiesOf([{ vhost: "spot", name: "a" }])).toEqual([
        {
            vhost: "spot",
            name: "a",
            running: true,
            readyBytes: 0,
            consumers: 0,
            inRate: 0,
            outRate: 0,
            now: nothing,
            before: [],
        },
    ]);
});
