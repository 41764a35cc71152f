import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrokerCommand, brokerCommand, userOf } from "./support/brokerCommand.ts";
import { connectAs, drain } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const work = "result-processor";
const parked = `${work}.dlq`;
/** `REDRIVE_MESSAGES=10000` is the complete form. */
const count = Number(process.env["REDRIVE_MESSAGES"] ?? 1_000);
const keys = 50;
const batch = 50;

/** A redrive on three nodes, with the rights of the operator, while the command and the node of the queue's leader are killed. */
describe("a redrive on a cluster of three nodes", () => {
    let stack: TestStack;
    let folder: string;
    let command: BrokerCommand;

    beforeAll(async () => {
        stack = await startStack("redrive", "4.3", { nodes: "3" });
        folder = mkdtempSync(join(tmpdir(), "cluster-redrive-"));
        command = brokerCommand(stack, userOf(stack, "operator"));
    });

    afterAll(async () => {
        await stack.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    async function runningNodes(): Promise<number> {
        const nodes = await stack.api.nodes().catch(() => []);
        return nodes.filter(({ running }) => running).length;
    }

    it(`sends ${count} messages back: none is lost, and each key keeps its order`, async () => {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        for (let index = 0; index < count; index += 1) {
            channel.publish("", parked, Buffer.from(String(index)), {
                persistent: true,
                messageId: `m-${index}`,
                headers: { "x-key": index % keys, "x-acme-error": "no", "x-acme-source-queue": work },
            });
        }
        await channel.waitForConfirms();
        await connection.close();

        const audit = join(folder, "audit.jsonl");
        const redrive = ["redrive", parked, "--yes", "--audit", audit, "--batch", String(batch)];
        // Slow enough to be killed in the middle.
        const slow = [...redrive, "--rate", "1000"];
        const isSent = (part: number) => (): boolean => lineCount(audit) >= part * count;
        expect(await command.killWhen(isSent(0.2), ...slow)).toBe("SIGKILL");
        expect(await command.killWhen(isSent(0.45), ...slow)).toBe("SIGKILL");

        const { leader = "" } = (await stack.api.get(["queues", "spot", parked])) as { leader?: string }; // as the API documents it
        const node = stack.docker.getContainer(leader.replace(/^rabbit@/, ""));
        let killing: Promise<unknown> | undefined;
        const isKilled = isSent(0.7);
        await command.killWhen(
            () => {
                if (killing === undefined && isKilled()) {
                    killing = node.kill({ signal: "SIGKILL" });
                }
                return false;
            },
            ...slow,
        );
        expect(killing).toBeDefined();
        await killing;
        await node.start();
        await eventually(
            "all nodes in the cluster again",
            async () => ((await runningNodes()) === 3 ? true : undefined),
            120_000,
        );
        await eventually(
            "the rest of the messages",
            async () => {
                const run = await command.run(...redrive);
                return run.exitCode === 0 || run.output.includes("0 messages") ? true : undefined;
            },
            60_000,
        );

        const after = await connectAs(stack, stack.access.administrator.username);
        const reading = await after.createChannel();
        const bodies = (await drain(reading, work)).map(({ content }) => Number(content.toString()));
        const firsts = [...new Set(bodies)];
        expect([...firsts].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
        // Those that were sent and not acknowledged at each of the three interruptions.
        expect(bodies.length - count).toBeLessThanOrEqual(3 * batch);
        const outOfOrder = Array.from({ length: keys }, (_, key) =>
            firsts.filter((each) => each % keys === key),
        ).filter((each) => each.some((body, index) => body < (each[index - 1] ?? -1)));
        expect(outOfOrder).toEqual([]);
        expect(await drain(reading, parked)).toEqual([]);
        await after.close();
    });
});

function lineCount(file: string): number {
    try {
        return readFileSync(file, "utf8").split("\n").length - 1;
    } catch {
        return 0; // not written yet
    }
}
