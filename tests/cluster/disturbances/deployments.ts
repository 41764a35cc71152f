import { expect } from "vitest";
import { z } from "zod";
import { brokerSize } from "../support/brokerNodes.ts";
import { kubectl } from "../support/kubectl.ts";
import { isReady, type Pod, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";

/** Changes the number of a service's replicas. */
export async function scale({ cluster }: Site, name: string, replicas: number): Promise<void> {
    await kubectl(cluster, ["scale", "-n", prodNamespace, `deployment/${name}`, `--replicas=${replicas}`]);
}

/** As many replicas as the stack declares. */
export async function restore(site: Site, name: string): Promise<void> {
    const object = site.declared.objects.find(
        ({ kind, metadata }) => kind === "Deployment" && metadata.name === name,
    );
    const { spec } = z.object({ spec: z.object({ replicas: z.number() }) }).parse(object);
    await scale(site, name, spec.replicas);
}

/** The pods of a component that are ready. */
export async function readyPods(
    { cluster }: Site,
    labels: Readonly<Record<string, string>>,
): Promise<readonly Pod[]> {
    return (await podsIn(cluster, prodNamespace)).filter(
        (pod) =>
            isReady(pod) &&
            Object.entries(labels).every(([label, value]) => pod.metadata.labels[label] === value),
    );
}

/** Waits until all nodes of the broker, and all replicas of all services, are ready. */
export async function whenWhole(site: Site): Promise<void> {
    const replicas = site.declared.objects
        .filter(({ kind }) => kind === "Deployment")
        .map((object) => z.object({ spec: z.object({ replicas: z.number() }) }).parse(object).spec.replicas)
        .reduce((total, each) => total + each, 0);
    await expect
        .poll(
            async () => ({
                broker: (await readyPods(site, { "app.kubernetes.io/name": "rabbitmq" })).length,
                services: (await readyPods(site, { "app.kubernetes.io/component": "service" })).length,
            }),
            { timeout: 400_000, interval: 2_000 },
        )
        .toEqual({ broker: brokerSize, services: replicas });
}
