import { afterEach, expect, it } from "vitest";
import { managementApi } from "../src/managementApi.ts";
import { readQueueNumbers } from "../src/queueNumbers.ts";
import { type FakeAnswer, type FakeBroker, fakeBroker } from "./fakeBroker.ts";

const brokers: FakeBroker[] = [];

afterEach(() => {
    for (const broker of brokers.splice(0)) {
        broker.close();
    }
});

async function asked(
    answer: (path: string, query: URLSearchParams) => FakeAnswer,
    ...vhosts: readonly string[]
): Promise<{ readonly numbers: Awaited<ReturnType<typeof readQueueNumbers>>; readonly broker: FakeBroker }> {
    const broker = await fakeBroker(({ line }) => {
        const [path = "", query] = line.replace("GET ", "").split("?");
        return answer(path, new URLSearchParams(query));
    });
    brokers.push(broker);
    const api = managementApi({ endpoint: broker.endpoint, username: "u", password: "canary-pass" });
    return { numbers: await readQueueNumbers(api, vhosts), broker };
}

const page = (page_count: number, ...items: readonly object[]): FakeAnswer => ({
    body: JSON.stringify({ page_count, page: 1, page_size: 500, items }),
});

it("reads the numbers of a queue", async () => {
    const { numbers, broker } = await asked(
        () =>
            page(1, {
                vhost: "spot",
                name: "a",
                messages_ready: 3,
                messages_unacknowledged: 2,
                consumers: 1,
                message_bytes: 50,
                message_bytes_ready: 30,
                message_stats: { publish_details: { rate: 1.5 } },
                head_message_timestamp: 1_795_508_600,
            }),
        "spot",
    );
    expect(numbers).toEqual([
        {
            vhost: "spot",
            name: "a",
            ready: 3,
            unacknowledged: 2,
            consumers: 1,
            publishRate: 1.5,
            bytes: 50,
            bytesReady: 30,
            headAt: 1_795_508_600_000,
        },
    ]);
    expect(broker.seen.map(({ line }) => line)).toEqual([
        "GET /api/queues/spot?page_size=500&columns=vhost%2Cname%2Cstate%2Cmessages_ready%2Cmessages_unacknowledged%2Cconsumers%2Cmessage_bytes%2Cmessage_bytes_ready%2Cmessage_stats.publish_details.rate%2Cmessage_stats.deliver_get%2Cmessage_stats.deliver_get_details.rate%2Cmessage_stats.redeliver%2Cmessage_stats.redeliver_details.rate%2Cmessage_stats.ack%2Chead_message_timestamp&page=1",
    ]);
});

it("takes a number that the broker has not collected for unknown, and a queue that never got a message for a quiet one", async () => {
    const { numbers } = await asked(
        () =>
            page(
                1,
                { vhost: "spot", name: "just declared" },
                {
                    vhost: "spot",
                    name: "quiet",
                    messages_ready: 0,
                    messages_unacknowledged: 0,
                    consumers: 0,
                    head_message_timestamp: "",
                },
            ),
        "spot",
    );
    expect(numbers).toEqual([
        { vhost: "spot", name: "just declared" },
        { vhost: "spot", name: "quiet", ready: 0, unacknowledged: 0, consumers: 0, publishRate: 0 },
    ]);
});

it("reads an empty list in a table's place, as which RabbitMQ writes an empty one", async () => {
    const counts = { messages_ready: 1, messages_unacknowledged: 0, consumers: 0 };
    const { numbers } = await asked(
        () =>
            page(
                1,
                { vhost: "spot", name: "only read", ...counts, message_stats: [] },
                { vhost: "spot", name: "never sent to", ...counts, message_stats: { publish_details: [] } },
            ),
        "spot",
    );
    expect(numbers.map(({ name, ready, publishRate }) => [name, ready, publishRate])).toEqual([
        ["only read", 1, 0],
        ["never sent to", 1, 0],
    ]);
});

it("reads every page of every virtual host, and each queue once", async () => {
    const { numbers } = await asked(
        (path, query) => {
            const number = Number(query.get("page"));
            const vhost = path.split("/").at(-1) ?? "";
            return page(9, { vhost, name: `q${number}` }, { vhost, name: `q${number + 1}` });
        },
        "one",
        "two",
    );
    expect(numbers.map(({ vhost, name }) => `${vhost} ${name}`).sort()).toEqual(
        ["one", "two"]
            .flatMap((vhost) => Array.from({ length: 10 }, (_, index) => `${vhost} q${index + 1}`))
            .sort(),
    );
});

it("finds no queue in a virtual host that the broker does not have", async () => {
    const { numbers } = await asked(
        () => ({ status: 404, body: '{"error":"Object Not Found","reason":"Not Found"}' }),
        "gone",
    );
    expect(numbers).toEqual([]);
});

it("refuses with the broker's reason, and never with the credentials that a proxy quotes", async () => {
    const token = Buffer.from("u:canary-pass").toString("base64");
    const refusal = asked(
        () => ({
            status: 403,
            body: JSON.stringify({
                reason: `no queues for u:canary-pass with Authorization: Basic ${token}`,
            }),
        }),
        "spot",
    );
    await expect(refusal).rejects.toThrow(
        /refused GET \/api\/queues\/spot with 403 \(no queues for u:\[secret\] with Authorization: \[secret\]\)$/u,
    );
});
