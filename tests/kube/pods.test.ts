import { beforeAll, describe, expect, inject, it } from "vitest";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { prodConfig } from "../unit/environments.ts";
import { connect } from "./support/apiClient.ts";
import { declaredObjects, storeAll } from "./support/declaredObjects.ts";
import type { KubernetesObject } from "./support/object.ts";
import { clusterSpec, operatorStatefulSet } from "./support/operatorStatefulSet.ts";
import { podOf } from "./support/pods.ts";

// The namespace, with what it enforces, is the program's own. Not proved here: that a pod starts; nothing runs it.

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
    let made: KubernetesObject;
    let workload: KubernetesObject;

    beforeAll(async () => {
        [cluster] = objects.filter(({ kind }) => kind === "RabbitmqCluster") as [KubernetesObject]; // there is one
        made = await client.create(operatorStatefulSet(cluster));
        workload = await client.merge(made, clusterSpec(cluster).override.statefulSet);
    });

    it("are admitted with what the stack overrides in them, and not as the operator makes them", async () => {
        await expect(client.create(podOf(made), { dryRun: true })).rejects.toThrow(
            'violates PodSecurity "restricted:latest"',
        );
        await client.create(podOf(workload), { dryRun: true });
    });

    it("keep what the operator sets", () => {
        expect(podOf(workload)["spec"]).toMatchObject(podOf(made)["spec"] as object); // what every pod has
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

describe("the pods of the services", () => {
    it("are admitted, one kind for each service that is deployed", async () => {
        const deployments = objects.filter(({ kind }) => kind === "Deployment");
        const { services } = buildTopology(parseEnvironment("prod", prodConfig));
        expect(deployments).toHaveLength(services.filter(({ workload }) => workload !== undefined).length);
        for (const deployment of deployments) {
            await client.create(podOf(deployment), { dryRun: true });
        }
    });

    it("would not be admitted if they might run as root", async () => {
        const [deployment] = objects.filter(({ kind }) => kind === "Deployment") as [KubernetesObject]; // there are several
        const merged = await client.merge(
            deployment,
            { spec: { template: { spec: { securityContext: { runAsNonRoot: false } } } } },
            { dryRun: true },
        );
        await expect(client.create(podOf(merged), { dryRun: true })).rejects.toThrow(
            'violates PodSecurity "restricted:latest"',
        );
    });
});
