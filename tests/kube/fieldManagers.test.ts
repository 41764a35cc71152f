import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseFields } from "@spot-messaging/pulumi/operators";
import { beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { z } from "zod";
import { connect } from "./support/apiClient.ts";
import { storeAll } from "./support/declaredObjects.ts";
import { kubeconfig } from "./support/kubeconfig.ts";
import { clusterObject } from "./support/namedObjects.ts";
import type { KubernetesObject } from "./support/object.ts";
import { deployer, grantedObjects } from "./support/rights.ts";

const server = inject("apiServer");
const administrator = connect(server);
const namespace = "spot-prod";

function configMap(name: string, value: string, inNamespace = namespace): KubernetesObject {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: inNamespace },
        data: { value },
    };
}

const managed = z.object({ managedFields: z.array(z.looseObject({ manager: z.string() })).default([]) });

async function managersOf(name: string): Promise<readonly string[]> {
    const { metadata } = await administrator.read(configMap(name, ""));
    return managed.parse(metadata).managedFields.map(({ manager }) => manager);
}

/** Releases the fields of a ConfigMap, as the deploying identity. */
async function release(name: string, inNamespace = namespace): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "spot-managers-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "kubeconfig");
    await writeFile(file, kubeconfig(server, await administrator.tokenOf(deployer)));
    await releaseFields({ kubeconfig: file }, [
        { apiVersion: "v1", kind: "ConfigMap", name, namespace: inNamespace },
    ]);
}

beforeAll(async () => {
    await storeAll(administrator, [clusterObject("v1", "Namespace", namespace), ...grantedObjects]);
});

describe("the fields of an object that a killed run created", () => {
    it("belong to the next run, which could not change them before", async () => {
        const next = { manager: "pulumi-kubernetes-2c3d" };
        await administrator.apply(configMap("killed", "before"), { manager: "pulumi-kubernetes-0a1b" });
        await expect(administrator.apply(configMap("killed", "after"), next)).rejects.toThrow("conflict");
        await release("killed");
        await administrator.apply(configMap("killed", "before"), next);
        // The provider takes over what belongs to the last of these when it changes something.
        expect(await managersOf("killed")).toEqual(["pulumi-kubernetes-2c3d", "before-first-apply"]);
    });

    it("stay with every other manager", async () => {
        await administrator.apply(configMap("shared", "before"), { manager: "pulumi-kubernetes-0a1b" });
        await administrator.apply(configMap("shared", "before"), { manager: "operator" });
        await release("shared");
        expect(await managersOf("shared")).toEqual(["operator"]);
    });

    it("need nothing where the object does not exist", async () => {
        await expect(release("absent")).resolves.toBeUndefined();
    });

    it("cannot be released without the right to, and the error names the object", async () => {
        await administrator.apply(configMap("elsewhere", "before", "default"));
        await expect(release("elsewhere", "default")).rejects.toThrow(
            `Kubernetes at ${server.url}: the fields of ConfigMap "elsewhere" cannot be released (status 403); check the address`,
        );
    });
});
