import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { SiteExperiments } from "../support/experiment.ts";
import { tryFault } from "../support/faultTrial.ts";
import { leadingNode, nodeAt } from "../support/leaders.ts";

const survives = "losing one of three nodes loses no confirmed message, and replicated queues stay available";
const waits = "without a majority replicated queues are unavailable, and keep every confirmed message";

/** The node with most leaders is lost without warning. */
export function leaderExperiments({ experiment }: SiteExperiments): void {
    experiment(survives, "kill -9 of the node with most leaders", async (site, note) => {
        const { node, leaders } = await leadingNode(site);
        note(`${leaders} leaders of queues with load`);
        await tryFault(site, note, {
            inject: async () => node.kill(),
            repair: async () => node.start(),
        });
    });
}

/** Nodes are lost and stopped. */
export function nodeExperiments({ experiment }: SiteExperiments): void {
    experiment(survives, "kill -9 of each node in turn", async (site, note) => {
        await tryFault(site, note, {
            inject: async () => {
                for (const node of site.cluster.nodes) {
                    await node.kill();
                    await sleep(5_000);
                    await node.start();
                    await site.cluster.whole();
                }
            },
            hold: 0,
        });
    });
    experiment(waits, "kill -9 of all nodes together", async (site, note) => {
        await tryFault(site, note, {
            inject: async () => {
                await Promise.all(site.cluster.nodes.map((node) => node.kill()));
            },
            repair: async () => {
                await Promise.all(site.cluster.nodes.map((node) => node.start()));
            },
            hold: 3,
        });
    });
    experiment(waits, "kill -9 of two nodes of three", async (site, note) => {
        const { nodes } = site.cluster;
        let first = 0;
        let last = 0;
        await tryFault(site, note, {
            inject: async (_, { ledger }) => {
                await Promise.all(nodes.slice(1).map((node) => node.kill()));
                // What was in flight is confirmed in this time, and nothing after it.
                await sleep(3_000);
                first = ledger.confirmed;
            },
            repair: async (_, { ledger }) => {
                last = ledger.confirmed;
                await Promise.all(nodes.slice(1).map((node) => node.start()));
            },
        });
        expect(last - first).toBe(0);
    });
    experiment(survives, "a node is paused, longer than the others wait for it", async (site, note) => {
        const { node } = await leadingNode(site);
        await tryFault(site, note, {
            inject: async () => node.pause(),
            repair: async () => node.start(),
            hold: 25,
        });
    });
    experiment(survives, "a node is paused for 3 s", async (site, note) => {
        const { node } = await leadingNode(site);
        await tryFault(site, note, {
            inject: async () => node.pause(),
            repair: async () => node.start(),
            hold: 3,
        });
    });
    experiment(survives, "rolling restart", async (site, note) => {
        await tryFault(site, note, {
            inject: async () => {
                for (const node of site.cluster.nodes) {
                    await node.stop();
                    await node.start();
                    await site.cluster.whole();
                }
            },
            hold: 0,
        });
    });
    experiment(
        "a node whose disk is lost joins again, after the others forgot it, and loses no confirmed message",
        "wiped disk of one node",
        async (site, note) => {
            const [other, node] = [nodeAt(site, 0), nodeAt(site, 1)];
            await tryFault(site, note, {
                inject: async () => {
                    await node.kill();
                    await node.wipe();
                },
                repair: async () => {
                    await other.ctl("forget_cluster_node", node.name);
                    await node.start();
                },
                hold: 5,
            });
        },
    );
}
