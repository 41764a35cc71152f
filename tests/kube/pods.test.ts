import { beforeAll, describe, expect, inject, it } from "vitest";
import { connect } from "./support/apiClient.js";
import { declaredObjects, storeAll } from "./support/declaredObjects.js";
import type { KubernetesObject } from "./support/object.js";
import { clusterSpec, operatorStatefulSet } from "./support/operatorStatefulSet.js";
import { podOf } from "./support/pods.js";

// The namespace, with what it enforces, is the program's own.

const client = connect(inject("apiServer"));
const namespace = "pods";

let objects: readonly KubernetesObject[];

beforeAll(async () => {
    objects = await declaredObjects(namespace);
    await storeAll(client, objects);
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
    await client.create(account);
});

describe("the pods of the broker", () => {
    let cluster: KubernetesObject;
    let workload: KubernetesObject;

    beforeAll(async () => {
        [cluster] = objects.filter(({ kind }) => kind === "RabbitmqCluster") as [KubernetesObject]; // there is one
        workload = await client.create(operatorStatefulSet(cluster));
    });

    it("are admitted with what the stack overrides in them, which takes nothing away", async () => {
        const merged = await client.merge(workload, clusterSpec(cluster).override.statefulSet, {
            dryRun: true,
        });
        const pod = podOf(merged);
        await client.create(pod, { dryRun: true });
        const before = podOf(workload)["spec"] as object; // what every pod has
        const constraints = [expect.objectContaining({ topologyKey: "topology.kubernetes.io/zone" })];
        expect(pod["spec"]).toEqual({ ...before, topologySpreadConstraints: constraints });
    });

    it.each([
        ["make them root", { securityContext: { runAsUser: 0, runAsNonRoot: false } }],
        ["take their seccomp profile away", { securityContext: { seccompProfile: { type: "Unconfined" } } }],
        ["put them in the host's network", { hostNetwork: true }],
    ])("would not be admitted if it were to %s", async (_, spec) => {
        const merged = await client.merge(workload, { spec: { template: { spec } } }, { dryRun: true });
        await expect(client.create(podOf(merged), { dryRun: true })).rejects.toThrow(
            'violates PodSecurity "restricted:latest"',
        );
    });
});
