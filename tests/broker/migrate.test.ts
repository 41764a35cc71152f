import {
    type Binding,
    binding,
    type Exchange,
    exchange,
    type Queue,
    queue,
    type Topology,
} from "@spot-messaging/topology";
import { planMigration } from "@spot-messaging/topology/migrate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrationBroker } from "../../packages/cli/src/migrate/migrationBroker.ts";
import {
    type RunSettings,
    readPosition,
    runStages,
    undoStages,
} from "../../packages/cli/src/migrate/runMigration.ts";
import { emptyTopology } from "../../packages/topology/src/model/emptyTopology.ts";
import { random } from "../chaos/random.ts";
import { seed } from "../support/seed.ts";
import { runTrial, type TrialBroker } from "./migration/trial.ts";
import { changeNames, trialOf } from "./migration/trials.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * `SPOT_MIGRATIONS=57 npm run test:broker -- tests/broker/migrate.test.ts` migrates every change of the review's table, with 20,000 waiting
 * messages; `SPOT_SEED` chooses other moments, `SPOT_FROM` a later beginning; `SPOT_VERSION=4.0` and `SPOT_NODES=3` other brokers.
 *
 * Not proved here: a kill of the node of a cluster to which the publishers are connected, and partitions.
 */
const trials = process.env["SPOT_MIGRATIONS"];
const version = process.env["SPOT_VERSION"] === "4.0" ? "4.0" : "4.3";
const nodes = process.env["SPOT_NODES"] === "3" ? 3 : 1;
const from = Number(process.env["SPOT_FROM"] ?? 0);

/** One that covers most of the command, or as many as the variable says. */
const names =
    trials === undefined
        ? ['exchange.type {"type":"topic"} -> {"type":"direct"}']
        : changeNames.slice(from, from + Number(trials));
const size = { waiting: trials === undefined ? 2_000 : 20_000, rate: trials === undefined ? 100 : 200 };

let stack: TestStack;
let broker: TrialBroker;
let vhosts = 0;

/** A queue `orders` that an exchange feeds, next to a queue that does not change. */
function shop(
    vhost: string,
    changed: Queue,
    source: Exchange = exchange(vhost, "events", "topic"),
): Topology {
    const bindings: Binding[] = [
        binding(vhost, "events", changed.name, "order.*"),
        binding(vhost, "events", "audit", "refund"),
    ];
    return {
        ...emptyTopology(version),
        vhosts: [{ name: vhost }],
        exchanges: [source],
        queues: [changed, queue(vhost, "audit", "classic")],
        bindings,
    };
}

/** A virtual host with the objects of a topology. */
async function declared(topologyOf: (vhost: string) => Topology): Promise<Topology> {
    const vhost = `migrate-${vhosts++}`;
    const topology = topologyOf(vhost);
    const { api, username } = broker;
    await api.putVhost(vhost);
    await api.putPermissions(vhost, username, { configure: ".*", write: ".*", read: ".*" });
    for (const { name, type, durable, autoDelete, arguments: args } of topology.exchanges) {
        await api.declareExchange(vhost, name, { type, durable, auto_delete: autoDelete, arguments: args });
    }
    for (const { name, type, durable, autoDelete, arguments: args } of topology.queues) {
        const body = { durable, auto_delete: autoDelete, arguments: { ...args, "x-queue-type": type } };
        await api.declareQueue(vhost, name, body);
    }
    for (const each of topology.bindings) {
        await api.declareBinding(vhost, each);
    }
    return topology;
}

function settings(before: Topology, after: Topology): RunSettings & { readonly reports: string[] } {
    const { api, amqpPort, username, password } = broker;
    const reports: string[] = [];
    return {
        plan: planMigration(before, after),
        broker: migrationBroker(
            { endpoint: api.endpoint, username, password },
            `amqp://127.0.0.1:${amqpPort}`,
        ),
        cancelConsumers: false,
        discard: new Set(),
        waitMs: 30_000,
        report: (text) => {
            reports.push(text);
        },
        reports,
    };
}

async function publish(vhost: string, count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
        const message = {
            routingKey: "order.new",
            payload: `m${index}`,
            properties: { priority: 3, headers: { index } },
        };
        expect(await broker.api.publish(vhost, "events", message)).toBe(true);
    }
}

beforeAll(async () => {
    stack = await startStack("migrate", version, { nodes: String(nodes) });
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

describe("a migration on a broker", () => {
    it("keeps order, headers, priority and routing key of what it moves", async () => {
        const before = await declared((vhost) => shop(vhost, queue(vhost, "orders", "classic")));
        const [{ name: vhost } = { name: "" }] = before.vhosts;
        await publish(vhost, 20);
        const after = shop(vhost, queue(vhost, "orders", "quorum"));
        await runStages(settings(before, after), "end");
        const messages = await broker.api.getMessages(vhost, "orders", 30);
        expect(
            messages.map(({ payload, routing_key: key, properties }): unknown[] => [
                payload,
                key,
                properties,
            ]),
        ).toEqual(
            Array.from({ length: 20 }, (_, index): unknown[] => [
                `m${index}`,
                "order.new",
                expect.objectContaining({
                    priority: 3,
                    headers: expect.objectContaining({ index }) as unknown,
                }),
            ]),
        );
    });

    it("goes back from any stage but the last with all messages", async () => {
        const before = await declared((vhost) => shop(vhost, queue(vhost, "orders", "classic")));
        const [{ name: vhost } = { name: "" }] = before.vhosts;
        const run = settings(before, shop(vhost, queue(vhost, "orders", "quorum")));
        const last = run.plan.stages.length - 1;
        const part = { ...run, plan: { ...run.plan, stages: run.plan.stages.slice(0, last) } };
        await publish(vhost, 5);
        await runStages(part, "end");
        expect((await readPosition(run)).position.done).toBe(last);
        await undoStages(run);
        expect((await readPosition(run)).position).toEqual({ done: 0, isBetween: false, changed: [] });
        const messages = await broker.api.getMessages(vhost, "orders", 30);
        expect(messages.map(({ payload }) => payload)).toEqual(["m0", "m1", "m2", "m3", "m4"]);
    });

    it("goes back from a move to another virtual host with the messages that arrived there", async () => {
        const before = await declared((vhost) => shop(vhost, queue(vhost, "orders", "quorum")));
        const [{ name: vhost } = { name: "" }] = before.vhosts;
        const place = `${vhost}-elsewhere`;
        const run = settings(before, shop(place, queue(place, "orders", "quorum")));
        const last = run.plan.stages.length - 1;
        const part = { ...run, plan: { ...run.plan, stages: run.plan.stages.slice(0, last) } };
        await publish(vhost, 2);
        await runStages(part, "end");
        await publish(place, 3);
        await undoStages(run);
        expect((await readPosition(run)).position).toEqual({ done: 0, isBetween: false, changed: [] });
        expect(await broker.api.getMessages(vhost, "orders", 30)).toHaveLength(5);
        expect(await broker.api.get(["vhosts"])).not.toContainEqual(expect.objectContaining({ name: place }));
    });

    it("moves and deletes nothing on a broker that was changed since the plan", async () => {
        const before = await declared((vhost) => shop(vhost, queue(vhost, "orders", "classic")));
        const [{ name: vhost } = { name: "" }] = before.vhosts;
        const planned = shop(
            vhost,
            queue(vhost, "orders", "classic", { arguments: { "x-max-priority": 3 } }),
        );
        await publish(vhost, 3);
        const { position } = await runStages(
            settings(planned, shop(vhost, queue(vhost, "orders", "quorum"))),
            "end",
        );
        expect(position.changed).toEqual([
            `vhost "${vhost}": queue "orders" is not as any stage declares it`,
        ]);
        expect(await broker.api.getMessages(vhost, "orders", 30)).toHaveLength(3);
    });

    it("deletes no queue that has messages or consumers", async () => {
        const before = await declared((vhost) => shop(vhost, queue(vhost, "orders", "quorum")));
        const [{ name: vhost } = { name: "" }] = before.vhosts;
        const after = { ...before, queues: before.queues.slice(1), bindings: before.bindings.slice(1) };
        const run = { ...settings(before, after), waitMs: 1_000 };
        await publish(vhost, 3);
        await expect(runStages(run, "end")).rejects.toThrow(
            /queue "orders" has 3 messages; its consumers \(0\) have to read them/u,
        );
        expect(await broker.api.getMessages(vhost, "orders", 30)).toHaveLength(3);
    });
});

describe("a migration under load", () => {
    it.each(names.map((name, index) => [name, from + index] as const))(
        "loses no message: %s",
        { timeout: 600_000 },
        async (name, index) => {
            const { next } = random(seed + index);
            const restartsNode = trials !== undefined && index % 5 === 4;
            const trial = trialOf(name, `trial-${index}`, version, { ...size, kills: 1, restartsNode }, next);
            const result = await runTrial(broker, trial);
            const { published, lost, repeated, overtaken, parked, longestRefusal, seconds, starts } = result;
            process.stderr.write(
                `migrate: ${JSON.stringify({ index, name, published, lost: lost.length, repeated, overtaken, parked, longestRefusal, seconds, starts, restarted: trial.restartsNode })}\n`,
            );
            expect(lost, result.output).toEqual([]);
            expect(result.output).not.toMatch(/\n\s+at .+:\d+:\d+/u);
            expect(overtaken).toBe(0);
        },
    );
});
