import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binding, emptyTopology, exchange, queue, type Topology } from "@spot-messaging/topology";
import { expect } from "vitest";
import { runTrial } from "../../broker/migration/trial.ts";
import type { SiteExperiments } from "../support/experiment.ts";
import { nodeAt } from "../support/leaders.ts";
import { withProbe } from "../support/probe.ts";
import type { Site } from "../support/site.ts";
import { withTopologyCommand } from "../support/topologyCommand.ts";

/** The loss of everything, and moves of messages. */
export function disasterExperiments({ experiment }: SiteExperiments): void {
    experiment(
        "after the loss of all disks, the declaration rebuilds the topology, and exported dead letters return to their queues",
        "all nodes killed and wiped; `topology messages export` before, `import` after",
        async (site, note) => {
            const claim = site.claims.claims.find(
                (each) => each.kind === "keepsDeadLetters" && each.vhost === site.vhost,
            );
            if (claim?.kind !== "keepsDeadLetters") {
                note("no queue of this topology dead-letters at least once; nothing to export");
                return;
            }
            const [parked = ""] = claim.to;
            const ids = Array.from({ length: 50 }, (_, index) => `export-${index}`);
            await withProbe(site, site.vhost, async ({ publish, take, channel }) => {
                for (const id of ids) {
                    expect(await publish("", claim.queue, id)).toBe("confirmed");
                    channel.reject(await take(claim.queue), false);
                }
            });
            await withTopologyCommand(site, async ({ folder, run }) => {
                const file = join(folder, "dead.jsonl");
                const exported = await run([
                    "messages",
                    "export",
                    parked,
                    "--output",
                    file,
                    "--vhost",
                    site.vhost,
                ]);
                expect(exported.exitCode, exported.errors).toBe(0);
                expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(ids.length);
                await loseEverything(site);
                const imported = await run(["messages", "import", file, "--yes", "--vhost", site.vhost]);
                expect(imported.exitCode, imported.errors).toBe(0);
                const back = await withProbe(site, site.vhost, ({ drain }) => drain(claim.queue));
                expect([...back].sort()).toEqual([...ids].sort());
                const { exitCode, output } = await run(["drift"]);
                expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({
                    exitCode: 0,
                    output: "",
                });
            });
            note(`${ids.length} dead letters returned; work messages that waited are lost with the disks`);
        },
    );
    experiment(
        "a migration that is killed goes on from where it was, and loses nothing",
        "`topology migrate run` killed twice under load, consumers killed at random",
        async (site, note) => {
            const api = await site.cluster.api();
            const { username, password } = site.cluster.administrator;
            const vhost = "moving";
            const before = movingTopology(vhost, "classic", site);
            const after = movingTopology(vhost, "quorum", site);
            await api.putVhost(vhost);
            try {
                await api.putPermissions(vhost, username, { configure: ".*", write: ".*", read: ".*" });
                await declareIn(site, before);
                const result = await runTrial(
                    { api: nodeAt(site, 0).api, amqpPort: nodeAt(site, 0).amqpPort, username, password },
                    {
                        ...{ before, after, waiting: 500, rate: 50, kills: 2 },
                        entry: { vhost, exchange: "events", routingKey: "order" },
                        reads: [{ vhost, name: "orders", isOrdered: false }],
                        ...{ readsInTurn: false, keeps: [], parks: [], isRemoval: false, discard: [] },
                        ...{ killsConsumers: true, restartsNode: false, random: Math.random },
                    },
                );
                note(
                    `${result.published} confirmed, ${result.lost.length} lost, ${result.repeated} repeated`,
                );
                note(`started ${result.starts} times, ${result.seconds.toFixed(0)} s`);
                expect(result.lost, result.output).toEqual([]);
            } finally {
                await api.deleteVhost(vhost);
            }
        },
    );
}

/** Kills all nodes, deletes their disks, starts them and declares everything. */
async function loseEverything({ cluster, declare }: Site): Promise<void> {
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    for (const node of cluster.nodes) {
        await node.wipe();
    }
    await Promise.all(cluster.nodes.map((node) => node.start()));
    await cluster.whole();
    await declare();
    await cluster.whole();
}

function movingTopology(vhost: string, type: "classic" | "quorum", { topology }: Site): Topology {
    const { brokerVersion } = topology;
    return {
        ...emptyTopology("4.3"),
        brokerVersion,
        vhosts: [{ name: vhost }],
        queues: [queue(vhost, "orders", type)],
        exchanges: [exchange(vhost, "events", "topic")],
        bindings: [binding(vhost, "events", "orders", "order")],
    };
}

async function declareIn({ cluster }: Site, { queues, exchanges, bindings }: Topology): Promise<void> {
    const api = await cluster.api();
    for (const { vhost, name, type, durable, autoDelete, arguments: values } of exchanges) {
        await api.declareExchange(vhost, name, { type, durable, auto_delete: autoDelete, arguments: values });
    }
    for (const { vhost, name, type, durable, autoDelete, arguments: values } of queues) {
        await api.declareQueue(vhost, name, {
            durable,
            auto_delete: autoDelete,
            arguments: { ...values, "x-queue-type": type },
        });
    }
    for (const each of bindings) {
        await api.declareBinding(each.vhost, each);
    }
}
