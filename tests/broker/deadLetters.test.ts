import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GetMessage } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrokerCommand, brokerCommand, userOf } from "./support/brokerCommand.ts";
import { connectAs } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { type Incident, incidents } from "./support/incidents.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const dlq = "analyzer.links.dlq";

/** The dead-letter desk on real brokers, with the rights of the declared operator. */
describe.each(["4.3", "4.0"] as const)("dead letters on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let folder: string;

    beforeAll(async () => {
        stack = await startStack(`dead-${version.replace(".", "")}`, version);
        folder = mkdtempSync(join(tmpdir(), "dead-letters-"));
    });

    afterAll(async () => {
        await stack.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    function commandOf(user: "operator" | "administrator"): BrokerCommand {
        return brokerCommand(stack, user === "operator" ? userOf(stack, user) : stack.access.administrator);
    }

    async function as(
        user: "operator" | "administrator",
        ...args: readonly string[]
    ): Promise<{ exitCode: number; output: string; errors: string }> {
        return await commandOf(user).run(...args);
    }

    /** Runs the command as the operator in a process of its own, and kills it when its audit log has so many lines. */
    async function killAt(
        lines: number,
        audit: string,
        ...args: readonly string[]
    ): Promise<NodeJS.Signals | null> {
        return await commandOf("operator").killWhen(
            () => linesOf(audit).length >= lines,
            ...args,
            "--audit",
            audit,
        );
    }

    /** Takes every message of a queue away. */
    async function drain(queue: string): Promise<readonly GetMessage[]> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const messages: GetMessage[] = [];
        await channel.prefetch(1_000);
        await channel.consume(queue, (message) => {
            if (message !== null) {
                messages.push({ ...message, fields: { ...message.fields, messageCount: 0 } });
                channel.ack(message);
            }
        });
        let before = -1;
        while (messages.length > before) {
            before = messages.length;
            await sleep(2_000);
        }
        await connection.close();
        return messages;
    }

    async function park(count: number): Promise<void> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        await channel.purgeQueue(dlq);
        for (let index = 1; index <= count; index += 1) {
            channel.publish("", dlq, Buffer.from(String(index)), {
                persistent: true,
                messageId: `m-${index}`,
            });
        }
        await channel.waitForConfirms();
        await connection.close();
    }

    it("peeks without changing the order, and without counting where the broker allows it", async () => {
        await park(240);
        for (const limit of [5, 3, 1, 130, 7, 2, 240, 4]) {
            const { exitCode, output } = await as(
                "operator",
                "peek",
                dlq,
                "--limit",
                String(limit),
                "--json",
            );
            const { total, mayReorder, messages } = JSON.parse(output) as {
                total: number;
                mayReorder: boolean;
                messages: readonly { properties: { messageId: string } }[];
            }; // what the command wrote
            expect([exitCode, total, mayReorder]).toEqual([0, 240, false]);
            expect(messages.map(({ properties }) => properties.messageId)).toEqual(
                Array.from({ length: limit }, (_, index) => `m-${index + 1}`),
            );
        }

        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const order: string[] = [];
        const counts = new Set<unknown>();
        for (let message = await channel.get(dlq); message !== false; message = await channel.get(dlq)) {
            order.push(message.content.toString());
            counts.add(message.properties.headers?.["x-delivery-count"]);
        }
        await connection.close();
        expect(order).toEqual(Array.from({ length: 240 }, (_, index) => String(index + 1)));
        // Before 4.3 every look counts, so the declared queue has no delivery limit there.
        expect([...counts]).toEqual(
            version === "4.3" ? [undefined] : [...counts].filter((each) => Number(each) > 0),
        );
    });

    it("names the true cause of each incident in the first sentence", async () => {
        const vhost = "incidents";
        const { administrator } = stack.access;
        await stack.api.putVhost(vhost);
        await stack.api.putPermissions(vhost, administrator.username, {
            configure: ".*",
            write: ".*",
            read: ".*",
        });
        const connect = (): ReturnType<typeof connectAs> => connectAs(stack, administrator.username, vhost);
        const connection = await connect();
        const channel = await connection.createConfirmChannel();
        const all = incidents(version);
        for (const { happen } of all) {
            await happen({ api: stack.api, vhost, channel, connect });
        }
        const definitions = [
            "--definitions",
            stack.access.managementEndpoint.replace("http://", `http://${administrator.username}@`),
        ];
        const sentences = new Map<Incident, string>();
        for (const incident of all) {
            const why = await eventually(`a message in ${incident.name}.dlq`, async () => {
                const run = await as(
                    "administrator",
                    "why",
                    `${incident.name}.dlq`,
                    "--vhost",
                    vhost,
                    ...definitions,
                );
                return run.exitCode === 1 ? undefined : run;
            });
            sentences.set(incident, why.output === "" ? why.errors : (why.output.split("\n")[0] ?? ""));
        }
        await connection.close();
        await stack.api.deleteVhost(vhost);

        const wrong = all
            .filter((each) => !each.sentence.test(sentences.get(each) ?? ""))
            .map((each) => ({
                incident: each.name,
                got: sentences.get(each),
                expected: String(each.sentence),
            }));
        expect(wrong).toEqual([]);
        expect(all.length).toBeGreaterThanOrEqual(version === "4.3" ? 52 : 50);
    });

    it("sends 10,000 messages back through two kills: none is lost, and each key keeps its order", async () => {
        const parked = "result-processor.dlq";
        const work = "result-processor";
        const count = 10_000;
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        for (let index = 0; index < count; index += 1) {
            channel.publish("", parked, Buffer.from(String(index)), {
                persistent: true,
                messageId: `m-${index}`,
                userId: stack.access.administrator.username,
                headers: {
                    "x-key": index % 50,
                    "x-acme-error": "not done within 20 s",
                    "x-acme-attempts": 5,
                    "x-acme-source-queue": work,
                    "x-death": [{ reason: "expired", queue: `${work}.delay`, count: 4 }],
                    "x-delivery-count": 7,
                },
            });
        }
        await channel.waitForConfirms();
        const audit = join(folder, `redrive-${version}.jsonl`);
        const args = ["redrive", parked, "--yes", "--batch", "100"];
        expect(await killAt(2_000, audit, ...args)).toBe("SIGKILL");
        expect(await killAt(5_000, audit, ...args)).toBe("SIGKILL");
        const last = await eventually("the messages of the killed run", async () => {
            const run = await as("operator", ...args, "--audit", audit);
            return run.exitCode === 0 ? run : undefined;
        });
        expect(last.output).toMatch(/ sent\n/);

        const sent = await drain(work);
        const bodies = sent.map(({ content }) => Number(content.toString()));
        const firsts = [...new Set(bodies)];
        expect(firsts.length).toBe(count);
        // At most those of the two last batches arrive twice.
        expect(bodies.length - count).toBeLessThanOrEqual(200);
        const outOfOrder = Array.from({ length: 50 }, (_, key) =>
            firsts.filter((each) => each % 50 === key),
        ).filter((each) => each.some((body, index) => body < (each[index - 1] ?? -1)));
        expect(outOfOrder).toEqual([]);
        const headers = new Set(sent.flatMap(({ properties }) => Object.keys(properties.headers ?? {})));
        expect([...headers].sort()).toEqual(["x-key", "x-redrives"]);
        expect(await drain(parked)).toEqual([]);

        // The log has no bodies and belongs to its owner.
        expect(statSync(audit).mode & 0o777).toBe(0o600);
        const events = linesOf(audit).map((line) => JSON.parse(line) as { event: string; run: string }); // as the command wrote it
        expect(events.filter(({ event }) => event === "start")).toHaveLength(3);
        expect(events.filter(({ event }) => event === "sent").length).toBeGreaterThanOrEqual(count - 200);
        await connection.close();
    });

    it("parks a message that fails again with its history, and does not send it in circles", async () => {
        const work = "result-processor";
        const parked = `${work}.dlq`;
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        const fail = async (): Promise<void> => {
            const message = await eventually("a message in the work queue", async () => {
                const found = await channel.get(work);
                return found === false ? undefined : found;
            });
            channel.reject(message, false);
            await eventually("its dead letter", async () => {
                const { output } = await as("operator", "peek", parked, "--json");
                return (JSON.parse(output) as { total: number }).total === 1 ? true : undefined;
            });
        };
        channel.publish("spot.retry", work, Buffer.from("{}"), { persistent: true, messageId: "again" });
        await channel.waitForConfirms();
        await fail();

        const redrive = async (
            ...options: readonly string[]
        ): Promise<{ exitCode: number; output: string }> =>
            await as("operator", "redrive", parked, "--audit", join(folder, "again.jsonl"), ...options);
        expect(await redrive()).toMatchObject({ exitCode: 0 });
        expect(await redrive("--yes")).toMatchObject({ exitCode: 0 });
        await fail();
        const second = await redrive("--yes");
        expect(second.exitCode).toBe(1);
        expect(second.output).toContain(
            "1 stayed: were sent back before and failed again (--again sends them too)",
        );
        const { output: why } = await as("operator", "why", parked, "--id", "again");
        expect(why).toMatch(/^Sent back before\n {2}.* from queue "result-processor\.dlq": /m);
        expect(why).toContain("it was sent back 1 time before and failed again");
        expect(await redrive("--yes", "--again")).toMatchObject({ exitCode: 0 });
        expect((await drain(work)).map(({ properties }) => String(properties.messageId))).toEqual(["again"]);
        await connection.close();
    });

    it("moves messages into a file and back, in their order and with everything that they had", async () => {
        await park(150);
        const file = join(folder, `messages-${version}.jsonl`);
        const look = async (): Promise<unknown> => {
            const { output } = await as("operator", "peek", dlq, "--limit", "200", "--body", "--json");
            const { messages } = JSON.parse(output) as {
                messages: readonly { headers: object; body: string }[];
            }; // what the command wrote
            // Before 4.3 each look counts.
            return messages.map(({ headers, body, ...rest }) => [
                rest,
                body,
                Object.keys(headers).filter((name) => !name.endsWith("-count")),
            ]);
        };
        const before = await look();
        expect(await as("operator", "messages", "export", dlq, "--output", file, "--remove")).toMatchObject({
            exitCode: 0,
        });
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(await as("operator", "peek", dlq)).toMatchObject({ exitCode: 1 });
        // The operator may not write into a parking queue.
        expect(
            await as(
                "operator",
                "messages",
                "import",
                file,
                "--to",
                dlq,
                "--yes",
                "--audit",
                `${file}.audit`,
            ),
        ).toMatchObject({ exitCode: 1 });
        const imported = await as(
            "administrator",
            "messages",
            "import",
            file,
            "--to",
            dlq,
            "--yes",
            "--audit",
            `${file}.audit`,
        );
        expect(imported).toMatchObject({ exitCode: 0 });
        expect(await look()).toEqual(before);
    });

    it("explains what it cannot do, and moves nothing then", async () => {
        await park(3);
        const wrong: readonly (readonly [args: readonly string[], exitCode: number, text: RegExp])[] = [
            [["peek", "nope.dlq"], 2, /queue "nope\.dlq" does not exist/],
            [
                ["redrive", "analyzer.links", "--yes"],
                2,
                /is not a parking queue, its purpose is "work"; parking queues are/,
            ],
            [["why", "admin.gateway"], 2, /is a stream, from which no message can be taken/],
            [
                ["why", dlq, "--id", "nope"],
                2,
                /none of the first 3 messages has the message id or correlation id "nope"/,
            ],
            [
                ["redrive", dlq, "--yes"],
                1,
                /3 stayed: cannot be sent back: its headers name no queue that it failed in/,
            ],
            [["redrive", dlq, "--yes", "--to", "nope"], 2, /queue "nope" does not exist/],
            [
                ["redrive", dlq, "--yes", "--to", "admin.gateway"],
                1,
                /user "operator" may not publish "admin\.gateway" to the default exchange/,
            ],
            [
                ["redrive", dlq, "--yes", "--to-exchange", "spot.analysis", "--to-key", "no.such"],
                1,
                /cannot be sent back: /,
            ],
            [["redrive", dlq, "--yes", "--id", "nope"], 1, /no message was chosen/],
            [["redrive", dlq, "--reason", "nope"], 2, /--reason "nope" is unknown; choose from/],
            [["redrive", dlq, "--older-than", "soon"], 2, /--older-than "soon" is not an age/],
            [["redrive", dlq, "--batch", "0"], 2, /--batch "0" is not a number of messages/],
        ];
        for (const [args, exitCode, text] of wrong) {
            const audit = args[0] === "redrive" ? ["--audit", join(folder, "wrong.jsonl")] : [];
            const run = await as("operator", ...args, ...audit);
            expect([args, run.exitCode]).toEqual([args, exitCode]);
            expect(run.output + run.errors).toMatch(text);
        }
        expect((await drain(dlq)).map(({ content }) => content.toString())).toEqual(["1", "2", "3"]);
    });
});

function linesOf(file: string): readonly string[] {
    try {
        return readFileSync(file, "utf8").split("\n").filter(Boolean);
    } catch {
        return []; // not written yet
    }
}
