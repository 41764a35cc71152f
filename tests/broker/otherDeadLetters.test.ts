import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GetMessage } from "amqplib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BrokerCommand, brokerCommand } from "./support/brokerCommand.ts";
import { connectAs, drain } from "./support/client.ts";
import { onEveryVersion } from "./support/everyVersion.ts";
import { type OtherDeadLetter, otherDeadLetters } from "./support/otherDeadLetters.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const vhost = "others";
const work = "orders";
const dead = "orders.dlq";

/** Dead letters of other clients, frameworks and brokers, on every command that reads or sends one. */
onEveryVersion("dead letters of others on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let folder: string;
    let command: BrokerCommand;
    let definitions: readonly string[];

    beforeAll(async () => {
        stack = await startStack(`others-${version.replace(".", "")}`, version);
        folder = mkdtempSync(join(tmpdir(), "others-"));
        const { administrator, managementEndpoint } = stack.access;
        command = brokerCommand(stack, administrator, {
            TOPOLOGY_BACKUP_PASSPHRASE: "correct horse battery",
        });
        definitions = [
            ...["--vhost", vhost, "--definitions"],
            managementEndpoint.replace("http://", `http://${administrator.username}@`),
        ];
        await stack.api.putVhost(vhost);
        await stack.api.putPermissions(vhost, administrator.username, {
            ...{ configure: ".*", write: ".*", read: ".*" },
        });
        const declare = (name: string, args: object): Promise<void> =>
            stack.api.declareQueue(vhost, name, {
                ...{ durable: true, auto_delete: false },
                arguments: { "x-queue-type": "classic", ...args },
            });
        await declare(dead, {});
        await declare(work, { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead });
        await publishAll();
    });

    afterAll(async () => {
        await stack.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    async function publishAll(): Promise<void> {
        const connection = await connectAs(stack, stack.access.administrator.username, vhost);
        const channel = await connection.createConfirmChannel();
        for (const [index, { headers, properties, body = Buffer.from("x") }] of otherDeadLetters.entries()) {
            channel.publish("", dead, body, {
                ...{ persistent: true, messageId: `f-${index}` },
                ...properties,
                headers,
            });
        }
        await channel.waitForConfirms();
        await connection.close();
    }

    async function run(
        ...args: readonly string[]
    ): Promise<{ readonly exitCode: number; readonly output: string }> {
        const { exitCode, output, errors } = await command.run(...args, ...definitions);
        // 2 and above: the command does not understand the message, or has a defect.
        expect(exitCode, errors).toBeLessThan(2);
        expect(output + errors).not.toMatch(/^\s+at \S+ \(.*:\d+:\d+\)$/m);
        return { exitCode, output: output + errors };
    }

    async function look(): Promise<unknown> {
        const { output } = await run("peek", dead, "--limit", "100", "--body", "--json");
        return (JSON.parse(output) as { messages: unknown }).messages; // what the command wrote
    }

    function isExact({ redrive }: OtherDeadLetter): boolean {
        return redrive === "sent" || !/2\\\^53/.test(redrive.source);
    }

    it.each(otherDeadLetters.map((each, index) => [each.name, index, each] as const))(
        "explains %s",
        async (_, index, { why }) => {
            const { exitCode, output } = await run("why", dead, "--id", `f-${index}`);
            expect(exitCode).toBe(0);
            expect(output.split("\n")[0]).toMatch(why);
        },
    );

    it("lists all of them", async () => {
        const { exitCode, output } = await run("dead", "--json");
        expect(exitCode).toBe(1);
        const { queues } = JSON.parse(output) as { queues: readonly { total: number; read: number }[] }; // what the command wrote
        expect(queues).toMatchObject([{ total: otherDeadLetters.length, read: otherDeadLetters.length }]);
    });

    it("backs them up, moves them into a file and back, and loses none", async () => {
        const before = await look();
        const exact = otherDeadLetters.filter(isExact).length;
        const inexact = otherDeadLetters.length - exact;
        expect(inexact).toBe(1);
        const backup = join(folder, "others.backup");
        expect((await run("backup", backup)).exitCode).toBe(1);
        const file = join(folder, "others.jsonl");
        const exported = await run("messages", "export", dead, "--output", file, "--remove");
        expect(exported.output).toContain(`${exact} messages written to`);
        expect(exported.output).toContain("1 message stay in the queue and are not in the file");
        const imported = await run(
            ...["messages", "import", file, "--to", dead, "--yes"],
            ...["--audit", join(folder, "import.jsonl")],
        );
        expect(imported.exitCode).toBe(0);
        expect(sorted(await look())).toEqual(sorted(before));
        const restored = await run("restore", backup, "--json");
        expect(
            (JSON.parse(restored.output) as { queues: readonly object[] }).queues.filter(
                (each) => "vhost" in each && each.vhost === vhost,
            ),
        ).toMatchObject([{ present: otherDeadLetters.length, restored: 0 }]);
    });

    it("sends back those whose queue is known, with the headers of their publishers", async () => {
        const rehearsal = await run("redrive", dead);
        const result = await run("redrive", dead, "--yes", "--audit", join(folder, "audit.jsonl"));
        const sent = otherDeadLetters.filter(({ redrive }) => redrive === "sent");
        expect(rehearsal.output).toContain(`${sent.length} would be sent`);
        expect(result.output).toContain(`${sent.length} sent`);
        for (const { redrive } of otherDeadLetters) {
            if (redrive !== "sent") {
                expect(result.output.replaceAll(/\s+/g, " ")).toMatch(redrive);
            }
        }
        const connection = await connectAs(stack, stack.access.administrator.username, vhost);
        const channel = await connection.createChannel();
        const byId = new Map((await drain(channel, work)).map((each) => [idOf(each), each]));
        for (const [
            index,
            { redrive, headers, kept = [], body = Buffer.from("x") },
        ] of otherDeadLetters.entries()) {
            const message = byId.get(`f-${index}`);
            expect(message !== undefined).toBe(redrive === "sent");
            if (message !== undefined) {
                const others = Object.entries(message.properties.headers ?? {}).filter(
                    ([header]) => header !== "x-redrives",
                );
                expect(Object.fromEntries(others)).toEqual(
                    Object.fromEntries(kept.map((name) => [name, plain(headers[name])])),
                );
                expect(message.content.equals(body)).toBe(true);
            }
        }
        await connection.close();
    });
});

function idOf({ properties }: GetMessage): string {
    return String(properties.messageId);
}

/** By their ids: a message that stayed is before those that were returned. */
function sorted(messages: unknown): readonly string[] {
    return (messages as readonly object[]).map((each) => JSON.stringify(each)).sort(); // what the command wrote
}

/** The value of a header as the client receives it. */
function plain(value: unknown): unknown {
    return typeof value === "object" && value !== null && "!" in value && "value" in value
        ? value.value
        : value;
}
