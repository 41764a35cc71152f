import { setTimeout as sleep } from "node:timers/promises";
import type { Topology } from "@spot-messaging/topology";
import { linksOf, routes, transfers } from "@spot-messaging/topology/broker";
import type { Channel } from "amqplib";
import { eventually } from "../support/eventually.ts";
import { inVhost, type OracleBroker } from "./broker.ts";
import { declare, topologyIn } from "./declared.ts";
import type { Mismatch } from "./routingOracle.ts";
import type { ShovelPlan } from "./shovelPlan.ts";

/** How long the broker has for a message that it must not deliver. */
const surplusMs = 300;

/** Declares the plan with its shovels, publishes its messages, and compares the queues where each stays with the model's answer. */
export async function checkShovels(
    broker: OracleBroker,
    plan: ShovelPlan,
): Promise<{ readonly mismatches: readonly Mismatch[]; readonly moved: number }> {
    return await inVhost(broker, async (vhost) => {
        const topology = topologyIn(vhost, broker, plan.topologyIn(vhost, loginOf(broker)));
        const expected = plan.keys.map((routingKey) => finalQueues(topology, vhost, routingKey));
        const arrived = await finalPlaces(broker, vhost, topology, plan.keys, expected);
        const mismatches = plan.keys.flatMap((routingKey, index) => {
            const [model, found] = [expected[index] ?? [], arrived[index] ?? []];
            return JSON.stringify(model) === JSON.stringify(found)
                ? []
                : [
                      {
                          question: {
                              routingKey,
                              parameters: topology.parameters?.map(({ name, value }) => ({ name, value })),
                          },
                          model,
                          broker: found,
                      },
                  ];
        });
        const move = transfers(topology);
        const moved = plan.keys.filter(
            (routingKey) => move({ vhost, exchange: "in", routingKey }).length > 0,
        ).length;
        return { mismatches, moved };
    });
}

/** User and password as a URI has them. */
function loginOf({ authorization }: OracleBroker): string {
    const login = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString("utf8");
    return login.split(":").map(encodeURIComponent).join(":");
}

/** The queues where a message stays: those that it reaches and that no shovel reads. */
function finalQueues(topology: Topology, vhost: string, routingKey: string): readonly string[] {
    const message = { vhost, exchange: "in", routingKey };
    const { fromQueue } = linksOf(topology);
    const reached = [
        ...routes(topology)(message).queues,
        ...transfers(topology)(message).flatMap(({ queues = [] }) => queues),
    ];
    return [...new Set(reached)].filter((name) => fromQueue(vhost, name).length === 0).sort();
}

async function finalPlaces(
    broker: OracleBroker,
    vhost: string,
    topology: Topology,
    keys: readonly string[],
    expected: readonly (readonly string[])[],
): Promise<readonly (readonly string[])[]> {
    const { shovels, fromQueue } = linksOf(topology);
    await declare(broker, vhost, topology);
    for (const { name, value } of topology.parameters ?? []) {
        await broker.api.put(["parameters", "shovel", vhost, name], { value });
    }
    const connection = await broker.connect(vhost);
    try {
        const channel = await connection.createConfirmChannel();
        await started(broker, vhost, topology, channel);
        const places = keys.map(() => new Set<string>());
        const made = shovels.flatMap(({ destination: { object } }) =>
            object?.kind === "queue" ? [object.name] : [],
        );
        const finals = [...new Set([...topology.queues.map(({ name }) => name), ...made])].filter(
            (name) => fromQueue(vhost, name).length === 0,
        );
        for (const name of finals) {
            await eventually(`queue "${name}"`, () =>
                broker.api.get(["queues", vhost, name]).catch(() => undefined),
            );
            await channel.consume(
                name,
                (message) => {
                    places[Number(message?.content.toString())]?.add(name);
                },
                { noAck: true },
            );
        }
        for (const [index, key] of keys.entries()) {
            channel.publish("in", key, Buffer.from(String(index)));
        }
        await channel.waitForConfirms();
        const isThere = (): boolean =>
            expected.every((names, index) => names.every((name) => places[index]?.has(name)));
        // A message that does not come is a mismatch, which the caller reports.
        await eventually("the messages", () => Promise.resolve(isThere() || undefined)).catch(
            () => undefined,
        );
        await sleep(surplusMs);
        return places.map((names) => [...names].sort());
    } finally {
        await connection.close();
    }
}

/** Waits until every shovel reads its source, and has declared its destination. */
async function started(
    broker: OracleBroker,
    vhost: string,
    topology: Topology,
    channel: Channel,
): Promise<void> {
    const { shovels } = linksOf(topology);
    for (const { name, source } of shovels) {
        const { kind, name: of } = source.object ?? { kind: "queue", name: "" };
        await eventually(`shovel "${name}"`, async () => {
            if (kind === "queue") {
                return (await channel.checkQueue(of)).consumerCount > 0 || undefined;
            }
            const bindings = await broker.api.get(["exchanges", vhost, of, "bindings", "source"]);
            const isBound = (bindings as readonly { readonly destination: string }[]).some(
                ({ destination }) => !topology.queues.some((each) => each.name === destination),
            );
            return isBound || undefined;
        });
    }
}
