import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { brokerPods, brokerSize } from "../support/brokerNodes.ts";
import { experiment, type Note } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import type { Machine } from "../support/machine.ts";
import { isReady, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { brokerReady, lastNode, since } from "./brokerNodes.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "Nodes";

/** Waits until so many pods of the stack are ready, other than on one node. */
async function readyElsewhere(site: Site, count: number, without: string, seconds: number): Promise<void> {
    await expect
        .poll(
            async () =>
                (await podsIn(site.cluster, prodNamespace)).filter(
                    (pod) =>
                        isReady(pod) &&
                        pod.spec.nodeName !== without &&
                        pod.metadata.labels["app.kubernetes.io/component"] === "service",
                ).length,
            { timeout: seconds * 1_000, interval: 2_000 },
        )
        .toBeGreaterThanOrEqual(count);
}

/** The node that runs the most services, whose loss matters most. */
async function busiestNode({ cluster }: Site): Promise<Machine> {
    const services = (await podsIn(cluster, prodNamespace)).filter(
        (pod) => isReady(pod) && pod.metadata.labels["app.kubernetes.io/component"] === "service",
    );
    const counted = cluster.nodes.map((node) => ({
        node,
        count: services.filter(({ spec }) => spec.nodeName === node.name).length,
    }));
    const [busiest] = counted.toSorted((one, other) => other.count - one.count);
    if (busiest === undefined || busiest.count === 0) {
        throw new Error("no node runs a service");
    }
    return busiest.node;
}

export function nodeExperiments(site: () => Site): void {
    experiment(group, "draining a node respects the disruption budgets and loses no e-mail", async (note) => {
        const { cluster, traffic } = site();
        const { name } = lastNode(site());
        const outcome = await traffic.during(2, async () => {
            const begun = performance.now();
            await kubectl(cluster, [
                ...["drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--force"],
                ...["--timeout=400s", "--pod-selector=app.kubernetes.io/name"],
            ]);
            note(`drained in ${since(begun)} s`);
            expect((await brokerPods(site())).filter(isReady)).toHaveLength(brokerSize - 1);
            await kubectl(cluster, ["uncordon", name]);
            await brokerReady(site());
        });
        expectNothingLost(outcome, note);
    });

    experiment(group, "a second broker node cannot be evicted while one is missing", async (note) => {
        const { cluster } = site();
        const broker = "--pod-selector=app.kubernetes.io/name=rabbitmq";
        const drain = async (node: string, seconds: number): Promise<string> =>
            await kubectl(cluster, [
                ...["drain", node, broker, "--delete-emptydir-data", `--timeout=${seconds}s`],
            ]).catch(String);
        const [first = "", second = ""] = cluster.nodes.map(({ name }) => name);
        try {
            expect(await drain(first, 300)).toContain("drained");
            const refused = await drain(second, 15);
            expect(refused).toContain("Cannot evict pod as it would violate the pod's disruption budget");
            note("refused by the disruption budget");
        } finally {
            await kubectl(cluster, ["uncordon", first, second]);
        }
        await brokerReady(site());
    });

    experiment(
        group,
        "a node that stops without warning costs no confirmed e-mail, and its services run elsewhere",
        async (note) => {
            await loseNode(site(), note, {
                lose: "kill",
                giveBack: "start",
                back: "the node started again",
            });
        },
    );

    experiment(
        group,
        "a node whose network is cut costs no confirmed e-mail, and its services run elsewhere",
        async (note) => {
            await loseNode(site(), note, {
                lose: "cutNetwork",
                giveBack: "repairNetwork",
                back: "the network was repaired",
            });
        },
    );
}

interface Loss {
    readonly lose: "kill" | "cutNetwork";
    readonly giveBack: "start" | "repairNetwork";
    /** The event after which the node is there again, for the table. */
    readonly back: string;
}

/** Loses the busiest node under load until its services run elsewhere, and gives it back in any case. */
async function loseNode(site: Site, note: Note, { lose, giveBack, back }: Loss): Promise<void> {
    const node = await busiestNode(site);
    const gateways = (await podsIn(site.cluster, prodNamespace)).filter(
        (pod) => isReady(pod) && pod.metadata.labels["app.kubernetes.io/name"] === "gateway",
    );
    const onNode = gateways.filter(({ spec }) => spec.nodeName === node.name).length;
    note(`${onNode} of ${gateways.length} gateways on the node`);
    const outcome = await site.traffic.during(2, async () => {
        await sleep(5_000);
        const begun = performance.now();
        await node[lose]();
        try {
            await readyElsewhere(site, 16, node.name, 400);
            note(`services elsewhere after ${since(begun)} s`);
        } finally {
            await node[giveBack]();
        }
        const returned = performance.now();
        await brokerReady(site);
        note(`broker complete ${since(returned)} s after ${back}`);
    });
    expectNothingLost(outcome, note);
}
