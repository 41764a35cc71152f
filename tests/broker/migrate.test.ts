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
import type { TrialBroker } from "./migration/trial.ts";
import { startStack, type TestStack } from "./support/stack.ts";

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
        ...emptyTopology("4.3"),
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
    stack = await startStack("migrate", "4.3");
    const { username, password } = stack.access.administrator;
    broker = { api: stack.api, amqpPort: stack.ports.amqpPort, username, password };
});

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
        const run = { ...settings(before, after), waitMs: 20_000 };
        await publish(vhost, 3);
        await expect(runStages(run, "end")).rejects.toThrow(
            /queue "orders" has 3 messages; its consumers \(0\) have to read them/u,
        );
        expect(await broker.api.getMessages(vhost, "orders", 30)).toHaveLength(3);
    });
});
