import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NeededKind } from "@spot-messaging/pulumi/kubernetes";
import { requireKinds } from "@spot-messaging/pulumi/operators";
import { beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { neededKinds } from "../../src/services/kubernetes/neededKinds.ts";
import { prodConfig } from "../unit/environments.ts";
import { connect } from "./support/apiClient.ts";
import { storeAll } from "./support/declaredObjects.ts";
import { kubeconfig } from "./support/kubeconfig.ts";
import type { KubernetesObject } from "./support/object.ts";

const server = inject("apiServer");
const administrator = connect(server);
const namespace = "kinds";

/** It can only log in. */
const unprivileged: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "unprivileged", namespace },
};

const { cluster, deployment, database } = parseEnvironment("prod", prodConfig);
const needed = neededKinds(cluster, deployment, database);

const unknownKinds: readonly NeededKind[] = [
    { apiVersion: "example.com/v1", kind: "Thing", wayOut: "install things" },
    { apiVersion: "keda.sh/v1alpha1", kind: "ScaledThing", wayOut: "install newer things" },
    { apiVersion: "example.com/v1", kind: "OtherThing", wayOut: "install things" },
];

const refusal = [
    `Kubernetes at ${server.url} does not have the kinds that this stack needs:`,
    '- kind "Thing" of example.com/v1, kind "OtherThing" of example.com/v1: install things',
    '- kind "ScaledThing" of keda.sh/v1alpha1: install newer things',
].join("\n");

let identity: string;

beforeAll(async () => {
    const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    await storeAll(administrator, [space, unprivileged]);
    identity = kubeconfig(server, await administrator.tokenOf(unprivileged));
});

describe("requireKinds", () => {
    it("passes if Kubernetes has every kind that the prod stack needs", async () => {
        expect(needed).toHaveLength(8);
        await expect(requireKinds({ kubeconfig: identity }, needed)).resolves.toBeUndefined();
    });

    it("names every missing kind, and how to install it", async () => {
        const answer = requireKinds({ kubeconfig: identity }, [...needed, ...unknownKinds]);
        await expect(answer).rejects.toThrow(refusal);
    });

    it("uses the cluster of the kubeconfig's file and context", async () => {
        const folder = await mkdtemp(join(tmpdir(), "kinds-"));
        onTestFinished(() => rm(folder, { recursive: true }));
        const file = join(folder, "kubeconfig");
        await writeFile(file, identity);
        await expect(requireKinds({ kubeconfig: file, context: "test" }, unknownKinds)).rejects.toThrow(
            refusal,
        );
        const elsewhere = requireKinds({ kubeconfig: file, context: "elsewhere" }, unknownKinds);
        await expect(elsewhere).resolves.toBeUndefined();
    });

    it("leaves an authentication failure to the provider", async () => {
        const withoutToken = kubeconfig(server, "no token");
        await expect(requireKinds({ kubeconfig: withoutToken }, unknownKinds)).resolves.toBeUndefined();
    });
});
