import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { SiteExperiments } from "../support/experiment.ts";
import { type Fault, tryFault } from "../support/faultTrial.ts";
import { leadingNode, nodeAt } from "../support/leaders.ts";
import { cut, deafen, losePackets, repairNetwork, slowDown } from "../support/nodeNetwork.ts";
import type { Site } from "../support/site.ts";

const majority =
    "with a majority of nodes that reach each other, replicated queues stay available and lose no confirmed message";

const repaired = { repair: ({ cluster }: Site) => repairNetwork(cluster.nodes) } as const;

/** One node is cut off from the two others. */
export function oneNodeApartExperiments({ experiment }: SiteExperiments): void {
    experiment(majority, "partition: one node apart from the two others", async (site, note) => {
        await tryFault(site, note, oneNodeApart);
    });
}

/** The node with most leaders is cut off, long enough that the others take it for lost. */
const oneNodeApart: Fault = {
    ...repaired,
    inject: async (site) => {
        const { node } = await leadingNode(site);
        for (const other of site.cluster.nodes.filter((each) => each !== node)) {
            await cut(site.cluster, node, other);
        }
    },
    hold: 25,
};

/** Partitions, and networks that are slow or lose packets. */
export function networkExperiments(about: SiteExperiments): void {
    oneNodeApartExperiments(about);
    const { experiment } = about;
    experiment(
        "without a majority replicated queues are unavailable, and keep every confirmed message",
        "partition: all three nodes apart",
        async (site, note) => {
            const [one, two, three] = [nodeAt(site, 0), nodeAt(site, 1), nodeAt(site, 2)];
            let first = 0;
            let last = 0;
            await tryFault(site, note, {
                inject: async ({ cluster }, { ledger }) => {
                    await cut(cluster, one, two);
                    await cut(cluster, two, three);
                    await cut(cluster, one, three);
                    await sleep(5_000);
                    first = ledger.confirmed;
                },
                repair: async ({ cluster }, { ledger }) => {
                    last = ledger.confirmed;
                    await repairNetwork(cluster.nodes);
                },
                hold: 20,
            });
            expect(last - first).toBe(0);
        },
    );
    experiment(
        majority,
        "partial partition: two nodes do not reach each other, both reach the third",
        async (site, note) => {
            await tryFault(site, note, {
                ...repaired,
                inject: ({ cluster }) => cut(cluster, nodeAt(site, 0), nodeAt(site, 1)),
                hold: 25,
            });
        },
    );
    experiment(
        majority,
        "asymmetric partition: one node does not hear another, which hears it",
        async (site, note) => {
            await tryFault(site, note, {
                ...repaired,
                inject: ({ cluster }) => deafen(cluster, nodeAt(site, 0), nodeAt(site, 1)),
                hold: 25,
            });
        },
    );
    experiment(majority, "a partition that comes and goes every 3 s", async (site, note) => {
        await tryFault(site, note, {
            ...repaired,
            inject: async ({ cluster }) => {
                for (let round = 0; round < 5; round++) {
                    await cut(cluster, nodeAt(site, 0), nodeAt(site, 2));
                    await sleep(3_000);
                    await repairNetwork(cluster.nodes);
                    await sleep(3_000);
                }
            },
            hold: 0,
        });
    });
    experiment(
        "a bad network delays messages, and loses none that is confirmed",
        "every node loses 5% of the packets that it gets",
        async (site, note) => {
            await tryFault(site, note, {
                ...repaired,
                inject: async ({ cluster }) => {
                    await Promise.all(cluster.nodes.map((node) => losePackets(node, 0.05)));
                },
                hold: 20,
            });
        },
    );
    experiment(
        "a bad network delays messages, and loses none that is confirmed",
        "every node sends at most 1 Mbit/s, with 400 ms of queue in front",
        async (site, note) => {
            await tryFault(site, note, {
                ...repaired,
                inject: async ({ cluster }) => {
                    await Promise.all(cluster.nodes.map((node) => slowDown(node, "1mbit", "400ms")));
                },
                hold: 20,
            });
        },
    );
}
