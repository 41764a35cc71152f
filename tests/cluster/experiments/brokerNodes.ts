import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import { experiment, type Note } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import type { Machine } from "../support/machine.ts";
import { isReady, type Pod, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "Nodes";

/** How many nodes the broker has. */
export const brokerSize = 3;

/** Seconds since a moment. */
export function since(begun: number): number {
    return Math.round((performance.now() - begun) / 1_000);
}

export async function brokerPods(cluster: Site["cluster"]): Promise<readonly Pod[]> {
    return (await podsIn(cluster, prodNamespace)).filter(
        ({ metadata }) => metadata.labels["app.kubernetes.io/name"] === "rabbitmq",
    );
}

/** Waits until so many nodes of the broker are ready. */
export async function brokerReady({ cluster }: Site, count = brokerSize, seconds = 600): Promise<void> {
    await expect
        .poll(async () => (await brokerPods(cluster)).filter(isReady).length, {
            timeout: seconds * 1_000,
            interval: 500,
        })
        .toBe(count);
}

export function lastNode({ cluster }: Site): Machine {
    const node = cluster.nodes.at(-1);
    if (node === undefined) {
        throw new Error("the cluster has no node");
    }
    return node;
}

async function onBroker({ cluster }: Site, pod: string, ...command: readonly string[]): Promise<string> {
    return await kubectl(cluster, [
        ...["exec", "-n", prodNamespace, pod, "-c", "rabbitmq", "--", ...command],
    ]);
}

const statusShape = z.looseObject({ running_nodes: z.array(z.string()), disk_nodes: z.array(z.string()) });

/** The nodes that every node of the broker counts as members of its cluster, and as running. */
async function views(site: Site): Promise<readonly string[]> {
    return await Promise.all(
        (await brokerPods(site.cluster)).map(async ({ metadata: { name } }) => {
            const status = statusShape.parse(
                JSON.parse(
                    await onBroker(site, name, "rabbitmqctl", "-q", "cluster_status", "--formatter=json"),
                ),
            );
            return `${status.running_nodes.length} of ${status.disk_nodes.length} run`;
        }),
    );
}

const queuesShape = z.array(
    z.looseObject({
        name: z.string(),
        type: z.string(),
        online: z.union([z.array(z.string()), z.string()]).optional(),
    }),
);

/** The replicated queues that do not have a member that works on every node. */
async function incompleteQueues(site: Site): Promise<readonly string[]> {
    const [pod] = await brokerPods(site.cluster);
    const listed = await onBroker(
        site,
        pod?.metadata.name ?? "",
        ...["rabbitmqctl", "-q", "list_queues", "-p", "spot", "name", "type", "online", "--formatter=json"],
    );
    return queuesShape
        .parse(JSON.parse(listed))
        .filter(({ type, online }) => type === "quorum" && online?.length !== brokerSize)
        .map(({ name }) => name);
}

/** Waits until every node of the broker sees all others, and every replicated queue has all its members. */
async function brokerWhole(site: Site, note: Note): Promise<void> {
    const begun = performance.now();
    await brokerReady(site);
    note(`broker complete after ${since(begun)} s`);
    const whole = Array.from({ length: brokerSize }, () => `${brokerSize} of ${brokerSize} run`);
    await expect.poll(() => views(site), { timeout: 120_000, interval: 3_000 }).toEqual(whole);
    await expect.poll(() => incompleteQueues(site), { timeout: 300_000, interval: 3_000 }).toEqual([]);
    note(`every queue has all its members after ${since(begun)} s`);
}

/** Loses a node's volume as a broken disk does: the pod and its claim are deleted, and the next pod gets an empty volume. */
async function loseVolume({ cluster }: Site, index: number): Promise<void> {
    const pod = `rabbitmq-server-${index}`;
    await kubectl(cluster, [
        ...["delete", "persistentvolumeclaim", "-n", prodNamespace, `persistence-${pod}`, "--wait=false"],
    ]);
    await kubectl(cluster, ["delete", "pod", "-n", prodNamespace, pod, "--grace-period=0", "--force"]);
}

/** The death of one process, which its host survives. */
export function brokerNodeExperiments(site: () => Site): void {
    experiment(group, "a broker node that is killed under load costs no confirmed e-mail", async (note) => {
        const { traffic } = site();
        const outcome = await traffic.during(2, async () => {
            await sleep(5_000);
            // As the kernel ends it when memory is short; a third of all queues lose their leader.
            await lastNode(site()).run("pkill", "-KILL", "beam.smp");
            const begun = performance.now();
            await brokerReady(site(), brokerSize - 1, 60);
            await brokerReady(site());
            note(`broker complete after ${since(begun)} s`);
        });
        expectNothingLost(outcome, note);
    });
}

/** What ends all processes of the broker, or takes their disks, while their hosts live on. */
export function brokerLossExperiments(site: () => Site): void {
    experiment(
        group,
        "all broker nodes that are killed at the same moment start again by themselves, with every confirmed e-mail",
        async (note) => {
            const { cluster, traffic } = site();
            const outcome = await traffic.during(2, async () => {
                await sleep(5_000);
                await Promise.all(cluster.nodes.map(({ run }) => run("pkill", "-KILL", "beam.smp")));
                await expect
                    .poll(async () => (await brokerPods(cluster)).filter(isReady).length, { timeout: 60_000 })
                    .toBeLessThan(brokerSize);
                await brokerWhole(site(), note);
            });
            expectNothingLost(outcome, note);
        },
    );

    // Node 0 is the one that nodes without data join; it has no other to ask.
    for (const index of [2, 0]) {
        experiment(
            group,
            `broker node ${index} joins again with an empty volume, and costs no confirmed e-mail`,
            async (note) => {
                const { traffic } = site();
                const outcome = await traffic.during(2, async () => {
                    await sleep(5_000);
                    await loseVolume(site(), index);
                    await brokerReady(site(), brokerSize - 1, 60);
                    await brokerWhole(site(), note);
                });
                expectNothingLost(outcome, note);
            },
        );
    }
}
