import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import { brokerOf } from "../../../src/cli/access.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { experiment } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { isReady, podsIn } from "../support/pods.ts";
import { type ChangedValues, prodNamespace, replicasOf } from "../support/prodValues.ts";
import { conditionsOf } from "../support/rollout.ts";
import type { Site } from "../support/site.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "Scaling by KEDA";

const service = "analyzer-links";
/** The values of a site for these experiments. */
export const scalingValues: ChangedValues = {
    autoscaling: "true",
    serviceReplicas: JSON.stringify(
        replicasOf(1).map((each) => each.replace(/^analyzer\.links=.*/, "analyzer.links=1-3")),
    ),
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

const queueShape = z.looseObject({
    messages: z.number().default(0),
    messages_unacknowledged: z.number().default(0),
});

/** The service's queue, as the management API shows it: `messages` includes those that are being processed. */
async function queue({ declared }: Site): Promise<z.infer<typeof queueShape>> {
    return queueShape.parse(await brokerOf(declared.access).get(["queues", "spot", "analyzer.links"]));
}

const slowUntil = "/tmp/slow-until";

/** Stops the processes that read e-mails for eight of every nine seconds, until the file exists. */
const slowness = `
import os, signal, time

def send(number):
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                if b"analyzer.process.template" in file.read():
                    os.kill(int(process), number)
        except OSError:
            pass

while not os.path.exists("${slowUntil}"):
    send(signal.SIGSTOP)
    time.sleep(8)
    send(signal.SIGCONT)
    time.sleep(1)
`;

/** Lets every replica of the service need some seconds for each message, while `work` runs. */
async function withSlowReplicas({ cluster }: Site, work: () => Promise<void>): Promise<void> {
    const pods = (await podsIn(cluster, prodNamespace)).filter(
        (pod) => pod.metadata.labels["app.kubernetes.io/name"] === service && isReady(pod),
    );
    const execute = async (program: string): Promise<void> => {
        await Promise.all(
            pods.map(({ metadata: { name } }) =>
                kubectl(cluster, [
                    ...["exec", "-n", prodNamespace, name, "-c", "service", "--"],
                    ...["python3", "-c", program],
                    // A replica that stopped.
                ]).catch(() => undefined),
            ),
        );
    };
    const slow = execute(slowness);
    try {
        await work();
    } finally {
        await execute(`open("${slowUntil}", "w").close()`);
        await slow;
    }
}

async function condition({ cluster }: Site, type: string): Promise<string | undefined> {
    const object = await cluster.client.read(objectOf("keda.sh/v1alpha1", "ScaledObject"));
    return conditionsOf(object).get(type)?.status;
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
                        `3 replicas wanted after ${seconds} s, with ${(await queue(site())).messages} messages waiting`,
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
            await until(async () => (await queue(site())).messages, 0, 60);
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
                    note(
                        `condition Fallback after ${await until(() => condition(site(), "Fallback"), "True", 240)} s`,
                    );
                    // Longer than the time after which idle replicas stop.
                    const calm = performance.now() + 400_000;
                    while (performance.now() < calm) {
                        expect((await deployment(site())).spec.replicas).toBe(3);
                        await sleep(5_000);
                    }
                });
                note(
                    `False ${await until(() => condition(site(), "Fallback"), "False", 180)} s after the broker answers again`,
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
            const replicas = async (): Promise<number> => (await deployment(site())).spec.replicas;
            const outcome = await traffic.during(1, async () => {
                await withSlowReplicas(site(), async () => {
                    for (const wanted of [2, 1]) {
                        const seconds = await until(replicas, wanted, 480);
                        const { messages_unacknowledged: unacknowledged } = await queue(site());
                        expect(unacknowledged).toBeGreaterThan(0);
                        note(
                            `${wanted} wanted after another ${seconds} s, with ${unacknowledged} messages unacknowledged`,
                        );
                    }
                    await until(async () => (await deployment(site())).status.replicas, 1, 180);
                });
            });
            expectNothingLost(outcome, note);
            // The management API counts at intervals.
            await until(async () => (await queue(site())).messages, 0, 60);
        },
    );

    experiment(
        group,
        "after a change of all credentials KEDA still reads the queues, although the earlier ones are deleted",
        async (note) => {
            const { stack, values } = site();
            await stack.up({ ...values, credentialsGeneration: "2", keepPreviousCredentials: "false" });
            try {
                // Longer than the failures after which it falls back.
                const calm = performance.now() + 180_000;
                while (performance.now() < calm) {
                    expect(await condition(site(), "Ready")).toBe("True");
                    expect(await condition(site(), "Fallback")).toBe("False");
                    await sleep(5_000);
                }
                note("no fallback within 180 s");
            } finally {
                await stack.up(values);
            }
        },
    );
}
