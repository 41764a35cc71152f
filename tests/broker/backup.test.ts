import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import amqp, { type GetMessage } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BackupReport, RestoreReport } from "../../packages/cli/src/backup/backupReport.ts";
import { type BrokerCommand, brokerCommand, userOf } from "./support/brokerCommand.ts";
import { connectAs } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const work = "result-processor";
const dead = `${work}.dlq`;
const count = 600;
const env = { TOPOLOGY_BACKUP_PASSPHRASE: "correct horse battery" };

/**
 * The restore drill: a stack with dead letters and users is backed up and destroyed, and an empty broker gets everything. The command is killed in
 * both directions.
 */
describe.each(["4.3", "4.0"] as const)("backup and restore on RabbitMQ %s", (version) => {
    let old: TestStack;
    let fresh: TestStack | undefined;
    let folder: string;
    let file: string;

    beforeAll(async () => {
        old = await startStack(`backup-${version.replace(".", "")}`, version);
        folder = mkdtempSync(join(tmpdir(), "backup-"));
        file = join(folder, "spot.backup");
        await makeDeadLetters();
    });

    afterAll(async () => {
        await old.remove();
        await fresh?.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    function administrator(stack: TestStack): BrokerCommand {
        return brokerCommand(stack, stack.access.administrator, env);
    }

    /** Real dead letters of a consumer that rejects, and messages that no queue is bound for. */
    async function makeDeadLetters(): Promise<void> {
        const connection = await connectAs(old, old.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        for (let index = 0; index < count; index += 1) {
            channel.publish("spot.retry", work, Buffer.from([index % 256, 0, 255]), {
                persistent: true,
                messageId: `m-${index}`,
                timestamp: 1_796_036_689,
                headers: {
                    "x-key": index % 5,
                    nested: { list: [1, "two", true] },
                    bytes: Buffer.from([0, 200]),
                },
            });
        }
        for (let index = 0; index < 3; index += 1) {
            channel.publish("spot.analysis", "nowhere", Buffer.from(`lost ${index}`), { persistent: true });
        }
        await channel.waitForConfirms();
        let rejected = 0;
        await channel.prefetch(50);
        const { consumerTag } = await channel.consume(work, (message) => {
            if (message !== null) {
                channel.reject(message, false);
                rejected += 1;
            }
        });
        await eventually("the rejections", () => Promise.resolve(rejected === count ? true : undefined));
        await channel.cancel(consumerTag);
        await channel.close();
        await connection.close();
        await eventually("the dead letters", async () => {
            const queues = await old.api.listQueues("spot");
            const ready = queues.find(({ name }) => name === dead)?.messages_ready;
            return ready === count ? true : undefined;
        });
    }

    /** Everything that a person sees of a queue, without what counts looks. */
    async function look(command: BrokerCommand, queue: string): Promise<readonly unknown[]> {
        const { output } = await command.run("peek", queue, "--limit", "1000", "--body", "--json");
        const { total, messages } = JSON.parse(output) as {
            total: number;
            messages: readonly { headers: object; body: string; cause: object }[];
        }; // what the command wrote
        return [
            total,
            messages.map(({ headers, cause, ...rest }) => ({
                ...rest,
                // A killed look counts as an attempt before 4.3.
                cause: Object.fromEntries(Object.entries(cause).filter(([name]) => name !== "attempts")),
                headers: Object.fromEntries(
                    Object.entries(headers).filter(([name]) => !/^x-(?:delivery|acquired)-count$/.test(name)),
                ),
            })),
        ];
    }

    /** A quorum queue serves what was returned first: what a killed look held is behind the others. */
    function sorted(messages: readonly unknown[]): readonly string[] {
        return messages
            .flat()
            .map((each) => JSON.stringify(each))
            .sort();
    }

    it("lists what it would write, and what the operator may not see", async () => {
        const dry = await administrator(old).run("backup", file, "--dry-run", "--json");
        expect([dry.errors, dry.exitCode]).toEqual(["", 0]);
        const { queues, objects, broker } = JSON.parse(dry.output) as BackupReport; // what the command wrote
        expect(queues.filter((each) => each.count > 0)).toEqual([
            { vhost: "spot", queue: dead, count, inexact: 0 },
            { vhost: "spot", queue: "unrouted", count: 3, inexact: 0 },
        ]);
        expect(objects?.["users"]).toBeGreaterThan(5);
        expect(broker.unseen).toEqual([]);
        expect(existsSync(file)).toBe(false);

        const part = join(folder, "operator.backup");
        const run = await brokerCommand(old, userOf(old, "operator"), env).run("backup", part);
        expect(run.exitCode).toBe(1);
        expect(run.output).toContain(
            'user "operator" is not an administrator and may not see definitions, users and password hashes',
        );
        expect(run.output).toContain(`${count} messages of queue "${dead}"`);
        expect((await administrator(old).run("restore", part, "--verify")).exitCode).toBe(0);
    });

    it("restores a broker from nothing, through kills: users, definitions, and every dead letter", {
        timeout: 360_000,
    }, async () => {
        const before = await look(administrator(old), dead);
        const unrouted = await look(administrator(old), "unrouted");
        const partial = `${file}.partial`;
        // Killed at the beginning, with an empty part, and in the middle; a fast run is complete before the last kill.
        for (const [path, size] of [
            [`${partial}.new`, 1],
            [partial, 1],
            [partial, 20_000],
        ] as const) {
            const isReached = (): boolean => existsSync(path) && statSync(path).size >= size;
            // A run ends by itself while the broker has not yet returned the messages of the killed one.
            await eventually(
                `a run that is killed when ${path} has ${size} bytes`,
                async () => {
                    const signal = await administrator(old).killWhen(isReached, "backup", file);
                    return signal === "SIGKILL" || existsSync(file) ? true : undefined;
                },
                60_000,
            );
        }
        await eventually(
            "the complete backup",
            async () => {
                if (!existsSync(file)) {
                    await administrator(old).run("backup", file);
                }
                return existsSync(file) ? true : undefined;
            },
            60_000,
        );
        expect(existsSync(partial)).toBe(false);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        const bytes = readFileSync(file);
        for (const secret of ["nowhere", "password_hash", dead, env.TOPOLOGY_BACKUP_PASSPHRASE]) {
            expect(bytes.includes(secret)).toBe(false);
        }
        // The backup has changed no message.
        expect(sorted(await look(administrator(old), dead))).toEqual(sorted(before));
        expect(sorted(await look(administrator(old), "unrouted"))).toEqual(sorted(unrouted));

        await old.remove();
        fresh = await emptyBroker(`restore-${version.replace(".", "")}`);
        const command = administrator(fresh);
        const dry = await restoreJson(command);
        expect({ exitCode: dry.exitCode, kept: dry.report.kept }).toMatchObject({ exitCode: 0 });
        expect(dry.report.queues.map(({ queue, restored }) => [queue, restored])).toEqual([
            [dead, count],
            ["unrouted", 3],
        ]);
        expect((await fresh.api.get(["vhosts"])) as readonly unknown[]).toHaveLength(1);

        const watched = fresh;
        let filled = false;
        const watch = setInterval(() => {
            void watched.api
                .get(["queues", "spot", dead])
                .then((queue) => {
                    filled ||= (queue as { messages?: number }).messages !== undefined;
                })
                .catch(() => undefined);
        }, 20);
        await command.killWhen(() => filled, "restore", file, "--yes");
        clearInterval(watch);
        const restored = await eventually(
            "the restore after the kill",
            async () => {
                const run = await restoreJson(command, "--yes");
                return run.exitCode === 0 ? run : undefined;
            },
            30_000,
        );
        expect(restored.report.failed).toEqual([]);
        const again = await restoreJson(command, "--yes");
        expect([again.exitCode, again.report.added]).toEqual([0, []]);
        expect(again.report.queues.map((each) => [each.queue, each.present, each.restored])).toEqual([
            [dead, count, 0],
            ["unrouted", 3, 0],
        ]);
        expect(sorted(await look(command, dead))).toEqual(sorted(before));
        expect(sorted(await look(command, "unrouted"))).toEqual(sorted(unrouted));

        // The services connect with the passwords that they had, and the operator redrives.
        for (const [username, password] of Object.entries(old.access.passwords)) {
            const connection = await amqp.connect({
                hostname: "127.0.0.1",
                port: fresh.ports.amqpPort,
                username,
                password,
                vhost: "spot",
            });
            await connection.close();
        }
        const operator = brokerCommand(fresh, userOf(old, "operator"));
        const redrive = await operator.run("redrive", dead, "--yes", "--audit", join(folder, "audit.jsonl"));
        expect(redrive.output).toContain(`${count} messages, ${count} sent`);
        expect(sorted((await drain(fresh)).map(({ properties }) => String(properties.messageId)))).toEqual(
            sorted(Array.from({ length: count }, (_, index) => `m-${index}`)),
        );
    });

    it("lists what differs on the broker, and replaces it only with the option", async () => {
        const stack = fresh;
        if (stack === undefined) {
            throw new Error("the broker of the test before is missing");
        }
        const command = administrator(stack);
        await stack.api.putUser("stray", { password: "of another program", tags: [] });
        await stack.api.putUser("gateway", { password: "changed", tags: ["monitoring"] });
        await stack.api.deleteQueue("spot", "unrouted");
        await stack.api.declareQueue("spot", "unrouted", {
            durable: true,
            auto_delete: false,
            arguments: { "x-queue-type": "classic" },
        });
        const { exitCode, report } = await restoreJson(command);
        expect(exitCode).toBe(1);
        expect(report.stray).toContain('user "stray"');
        expect(report.kept).toContainEqual({
            object: 'user "gateway"',
            fields: ["tags", "password_hash"],
            reason: "--overwrite replaces it",
            isProblem: true,
        });
        expect(report.kept.find(({ object }) => object === 'vhost "spot": queue "unrouted"')).toMatchObject({
            reason: "an import does not change it; delete it first, or leave it",
        });
        const kept = await restoreJson(command, "--yes");
        expect(kept.exitCode).toBe(1);
        const connectAsGateway = async (password: string): Promise<boolean> =>
            await amqp
                .connect({
                    hostname: "127.0.0.1",
                    port: stack.ports.amqpPort,
                    username: "gateway",
                    password,
                    vhost: "spot",
                })
                .then(async (connection) => {
                    await connection.close();
                    return true;
                })
                .catch(() => false);
        expect(await connectAsGateway("changed")).toBe(true);
        const overwritten = await restoreJson(command, "--yes", "--overwrite");
        expect(overwritten.report.replaced).toContain('user "gateway"');
        expect(await connectAsGateway(old.access.passwords["gateway"] ?? "")).toBe(true);
        expect(overwritten.report.stray).toContain('user "stray"');
    });

    async function restoreJson(
        command: BrokerCommand,
        ...options: readonly string[]
    ): Promise<{ readonly exitCode: number; readonly report: RestoreReport }> {
        const run = await command.run("restore", file, "--json", ...options);
        // The progress of a slow run.
        expect(run.errors.replaceAll(/^\d+ of \d+: .*\n/gm, "")).toBe("");
        return { exitCode: run.exitCode, report: JSON.parse(run.output) as RestoreReport }; // what the command wrote
    }

    /** A new broker without anything but its administrator. */
    async function emptyBroker(name: string): Promise<TestStack> {
        const stack = await startStack(name, version);
        const { username } = stack.access.administrator;
        const users = (await stack.api.get(["users"])) as readonly { name: string }[]; // as the API documents it
        for (const user of users.filter((each) => each.name !== username)) {
            await stack.api.deleteUser(user.name);
        }
        await stack.api.deleteVhost("spot");
        return stack;
    }

    async function drain({ ports }: TestStack): Promise<readonly GetMessage[]> {
        const connection = await amqp.connect({
            hostname: "127.0.0.1",
            port: ports.amqpPort,
            ...userOf(old, "result-processor"),
            vhost: "spot",
        });
        const channel = await connection.createChannel();
        const messages: GetMessage[] = [];
        for (let message = await channel.get(work); message !== false; message = await channel.get(work)) {
            messages.push(message);
            channel.ack(message);
        }
        await connection.close();
        return messages;
    }
});
