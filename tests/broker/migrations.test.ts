import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Random, random } from "../chaos/random.ts";
import { seed } from "../support/seed.ts";
import { runTrial, type TrialBroker } from "./migration/trial.ts";
import { changeNames, trialOf } from "./migration/trials.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * Changes that replace, rename, move or delete a queue or an exchange, migrated while messages are published, the command and consumers are
 * killed, and in some runs a node. The complete form: `SPOT_MIGRATIONS=57 npm run test:broker -- tests/broker/migrations.test.ts`, with
 * `SPOT_SEED` for other moments, `SPOT_FROM` to begin at a later change, `SPOT_VERSION=4.0` and `SPOT_NODES=3`.
 *
 * Not proved here: a kill of the node to which the publishers are connected on a cluster; partitions.
 */
const complete = process.env["SPOT_MIGRATIONS"];
const version = process.env["SPOT_VERSION"] === "4.0" ? "4.0" : "4.3";
const nodes = process.env["SPOT_NODES"] === "3" ? 3 : 1;
const from = Number(process.env["SPOT_FROM"] ?? 0);

/** One of each kind, or as many as are asked for, in the order of the table. */
const names =
    complete === undefined
        ? ["queue.arguments quorum - x-single-active-consumer", 'exchange.type {"type":"topic"} -> {"type":"direct"}']
        : changeNames.slice(from, from + Number(complete));

let stack: TestStack;
let broker: TrialBroker;

beforeAll(async () => {
    stack = await startStack("migrations", version, { nodes: String(nodes) });
    const { username, password } = stack.access.administrator;
    // On a cluster, one to which no client is connected.
    const container = stack.docker.getContainer(stack.container(`rabbitmq-${nodes - 1}`));
    broker = {
        api: stack.api,
        amqpPort: stack.ports.amqpPort,
        username,
        password,
        restartNode: async () => {
            await container.kill({ signal: "SIGKILL" });
            await container.start();
        },
    };
}, 600_000);

afterAll(async () => {
    await stack.remove();
});

function draw(index: number): Random["next"] {
    return random(seed + index).next;
}

describe(`migrations on RabbitMQ ${version}, on ${nodes} nodes, under load`, () => {
    it.each(names.map((name, index) => [name, from + index] as const))(
        "lose no message and refuse no publisher for longer than a second: %s",
        { timeout: 600_000 },
        async (name, index) => {
            const next = draw(index);
            const restartsNode = complete !== undefined && index % 5 === 4;
            const size =
                complete === undefined
                    ? { waiting: 2_000, rate: 100, kills: 1, restartsNode }
                    : { waiting: 20_000, rate: 200, kills: 1, restartsNode };
            const trial = trialOf(name, `migration-${index}`, version, size, next);
            const result = await runTrial(broker, trial);
            const { published, lost, repeated, overtaken, parked, longestRefusal, seconds, starts } = result;
            process.stderr.write(
                `migrations: ${JSON.stringify({ index, name, published, lost: lost.length, repeated, overtaken, parked, longestRefusal, seconds, starts, restarted: trial.restartsNode })}\n`,
            );
            expect(lost, result.output).toEqual([]);
            expect(result.output).not.toMatch(/\n\s+at .+:\d+:\d+/u);
            if (trial.readsInTurn) {
                expect(overtaken).toBe(0);
            }
        },
    );
});
