import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import { brokerOf } from "../../../src/cli/access.ts";
import { statefulServices } from "../../../src/environment/deployment.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { experiment } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { type ChangedValues, prodNamespace } from "../support/prodValues.ts";
import { conditionsOf } from "../support/rollout.ts";
import type { Site } from "../support/site.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "Scaling by KEDA";

const service = "analyzer-links";
/** The values of a site for these experiments. */
export const scalingValues: ChangedValues = {
    autoscaling: "true",
    serviceReplicas: JSON.stringify([
        ...[...statefulServices, "analyzer.headers", "analyzer.content", "analyzer.attachments"].map(
            (name) => `${name}=1`,
        ),
        "analyzer.links=1-3",
    ]),
};

const deploymentShape = z.looseObject({
    spec: z.looseObject({ replicas: z.number() }),
    status: z.looseObject({ availableReplicas: z.number().default(0), replicas: z.number().default(0) }),
});

async function deployment({ cluster }: Site): Promise<z.infer<typeof deploymentShape>> {
    return deploymentShape.parse(await cluster.client.read(objectOf("apps/v1", "Deployment")));
}

function objectOf(apiVersion: string, kind: string): KubernetesObject {
    return { apiVersion, kind, metadata: { name: service, namespace: prodNamespace } };
}

/** The messages in the service's queue, also those that are being processed. */
async function messages({ declared }: Site): Promise<number> {
    const queue = z
        .looseObject({ messages: z.number().default(0) })
        .parse(await brokerOf(declared.access).get(["queues", "spot", "analyzer.links"]));
    return queue.messages;
}

async function fallback({ cluster }: Site): Promise<string | undefined> {
    const object = await cluster.client.read(objectOf("keda.sh/v1alpha1", "ScaledObject"));
    return conditionsOf(object).get("Fallback")?.status;
}

/** Waits until `look` returns what is wanted. @returns the seconds until then */
async function until<Value>(look: () => Promise<Value>, wanted: Value, seconds: number): Promise<number> {
    const begun = performance.now();
    await expect.poll(look, { timeout: seconds * 1_000, interval: 2_000 }).toBe(wanted);
    return Math.round((performance.now() - begun) / 1_000);
}

/** Drops all packets to the broker's management API on the way from pod to pod, while `work` runs. */
async function withoutManagement({ cluster }: Site, work: () => Promise<void>): Promise<void> {
    const rule = ["FORWARD", "-p", "tcp", "--dport", "15671", "-j", "DROP"];
    for (const { run } of cluster.nodes) {
        await run("iptables", "-w", "-I", ...rule);
    }
    try {
        await work();
    } finally {
        for (const { run } of cluster.nodes) {
            await run("iptables", "-w", "-D", ...rule);
        }
    }
}

/** For a site with {@link scalingValues}. Each experiment continues where the one before it ended. */
export function scalingExperiments(site: () => Site): void {
    experiment(
        group,
        "a backlog starts as many replicas as it needs, and all of it is processed",
        async (note) => {
            const { cluster, traffic } = site();
            const nodes = cluster.nodes.map(({ name }) => name);
            expect((await deployment(site())).spec.replicas).toBe(1);
            const outcome = await traffic.during(2, async () => {
                // A pod that cannot be placed leaves its queue to grow, however fast the machine is.
                await kubectl(cluster, ["cordon", ...nodes]);
                try {
                    await kubectl(cluster, [
                        ...["delete", "pod", "-n", prodNamespace, "-l", `app.kubernetes.io/name=${service}`],
                    ]);
                    const seconds = await until(async () => (await deployment(site())).spec.replicas, 3, 240);
                    note(
                        `3 replicas wanted after ${seconds} s, with ${await messages(site())} messages waiting`,
                    );
                } finally {
                    await kubectl(cluster, ["uncordon", ...nodes]);
                }
                const ready = await until(
                    async () => (await deployment(site())).status.availableReplicas,
                    3,
                    240,
                );
                note(`available ${ready} s after there was room for them`);
            });
            expectNothingLost(outcome, note);
            // The management API counts at intervals.
            await until(async () => await messages(site()), 0, 60);
        },
    );

    experiment(
        group,
        "while the broker gives KEDA no metrics, all replicas stay, and the ScaledObject says so",
        async (note) => {
            const { traffic } = site();
            expect((await deployment(site())).spec.replicas).toBe(3);
            const outcome = await traffic.during(0.5, async () => {
                await withoutManagement(site(), async () => {
                    note(`condition Fallback after ${await until(() => fallback(site()), "True", 240)} s`);
                    // Longer than the time after which idle replicas stop.
                    const calm = performance.now() + 400_000;
                    while (performance.now() < calm) {
                        expect((await deployment(site())).spec.replicas).toBe(3);
                        await sleep(5_000);
                    }
                });
                note(
                    `False ${await until(() => fallback(site()), "False", 180)} s after the broker answers again`,
                );
            });
            expectNothingLost(outcome, note);
        },
    );

    experiment(
        group,
        "replicas that are no longer needed stop one by one under load, and no message that they process is lost",
        async (note) => {
            const { traffic } = site();
            const outcome = await traffic.during(1, async () => {
                const wanted = async (): Promise<number> => (await deployment(site())).spec.replicas;
                const first = await until(async () => (await wanted()) < 3, true, 480);
                const last = await until(wanted, 1, 240);
                await until(async () => (await deployment(site())).status.replicas, 1, 180);
                note(`2 replicas after ${first} s, 1 replica ${last} s later`);
            });
            expectNothingLost(outcome, note);
        },
    );
}
