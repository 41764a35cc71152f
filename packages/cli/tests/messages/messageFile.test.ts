import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "amqplib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileQueue, readMessages, writeMessages } from "../../src/messages/messageFile.ts";

let folder: string;
let file: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "messages-"));
    file = join(folder, "messages.jsonl");
});

afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
});

const queue = { vhost: "shop", name: "orders.dlq" };

function message(number: number): Message {
    return {
        content: Buffer.from([number, 0, 255, 10]),
        fields: { deliveryTag: number, redelivered: true, exchange: "dead", routingKey: "orders" },
        properties: {
            contentType: "application/json",
            contentEncoding: undefined,
            headers: {
                "x-death": [
                    {
                        count: 1,
                        reason: "rejected",
                        queue: "orders",
                        time: { "!": "timestamp", value: 1796036689 },
                        exchange: "shop",
                        "routing-keys": ["order.new"],
                    },
                ],
                bytes: Buffer.from([1, 2]),
                tenant: "a",
            },
            deliveryMode: 2,
            priority: 4,
            correlationId: undefined,
            replyTo: undefined,
            expiration: undefined,
            messageId: `m-${number}`,
            timestamp: 1796036689,
            type: undefined,
            userId: undefined,
            appId: undefined,
            clusterId: undefined,
        },
    };
}

function write(...numbers: readonly number[]): void {
    const writer = writeMessages(file, queue);
    writer.add(numbers.map(message));
    writer.close();
}

async function sent(): Promise<readonly string[]> {
    const content = await readMessages(file);
    const source = fileQueue(content, { publish: () => Promise.resolve("confirmed") });
    const taken = await source.take(100);
    expect(taken.length).toBe(await source.count());
    return taken.map(({ properties }) => String(properties.messageId));
}

describe("a file with messages", () => {
    it("keeps bodies, properties and headers as they are, and only its owner can read it", async () => {
        write(1, 2);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        const content = await readMessages(file);
        expect([content.vhost, content.queue, content.remaining]).toEqual(["shop", "orders.dlq", 2]);
        const taken = await fileQueue(content, { publish: () => Promise.resolve("confirmed") }).take(5);
        expect(taken).toEqual(
            [1, 2].map((number) => ({
                ...message(number),
                fields: { ...message(number).fields, deliveryTag: number + 1, redelivered: false },
            })),
        );
    });

    it("is never overwritten", () => {
        write(1);
        expect(() => writeMessages(file, queue)).toThrow(
            /--output ".*" cannot be made \(it exists\); name a new file/,
        );
    });

    it("remembers what was sent, so that an interrupted import goes on", async () => {
        write(1, 2, 3, 4);
        const content = await readMessages(file);
        const source = fileQueue(content, { publish: () => Promise.resolve("confirmed") });
        const [first, second] = await source.take(2);
        for (const each of [first, second]) {
            expect(each).toBeDefined();
            if (each !== undefined) {
                source.acknowledge(each);
            }
        }
        expect(await sent()).toEqual(["m-3", "m-4"]);
    });

    it.each([
        ["nothing", "", /is empty; make it with topology messages export/],
        ["something else", '{"a": 1}\n', /is not an export of messages/],
        ["text", "orders\n", /is not an export of messages/],
        ["another format", '{"format": 2, "vhost": "/", "queue": "q"}\n', /is not an export of messages/],
    ])("is refused with %s in it", async (_name, text, problem) => {
        writeFileSync(file, text);
        await expect(readMessages(file)).rejects.toThrow(problem);
    });

    it("is refused with a line that an interrupted export left behind", async () => {
        write(1, 2);
        const whole = readFileSync(file, "utf8");
        appendFileSync(file, whole.split("\n")[1]?.slice(0, 40) ?? "");
        await expect(readMessages(file)).rejects.toThrow(
            /line 4 is not a message; remove it if the export was interrupted there/,
        );
    });

    it("is refused if it does not exist", async () => {
        await expect(readMessages(join(folder, "nope"))).rejects.toThrow(
            /file ".*nope" cannot be read \(ENOENT/,
        );
    });
});
