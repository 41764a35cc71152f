import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesReader } from "@spot-messaging/pulumi/operators";
import { renderCauses } from "../../../src/cli/diagnosis/cause.ts";
import { diagnose } from "../../../src/cli/diagnosis/diagnose.ts";
import { readNamespace } from "../../../src/cli/diagnosis/readNamespace.ts";
import { ApiError } from "../../kube/support/apiClient.ts";
import { kubeconfig } from "../../kube/support/kubeconfig.ts";
import { type KubernetesObject, nameOf } from "../../kube/support/object.ts";
import { deployer, grantedObjects } from "../../kube/support/rights.ts";
import type { Cluster } from "./cluster.ts";
import type { Ground } from "./ground.ts";
import { kubectl } from "./kubectl.ts";
import { ProdStack } from "./prodStack.ts";
import { type ChangedValues, changedValues, prodNamespace } from "./prodValues.ts";

const space: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: prodNamespace } };
const broker: KubernetesObject = {
    apiVersion: "rabbitmq.com/v1beta1",
    kind: "RabbitmqCluster",
    metadata: { name: "rabbitmq", namespace: prodNamespace },
};

/** What the program and the diagnosis say to the deploying identity, whose namespace an administrator prepared. */
export interface Deployment {
    /**
     * Runs the program, and returns why it stops.
     * @param token another one than the deploying identity's
     */
    readonly refusal: (changes?: ChangedValues, token?: string) => Promise<string>;
    /** Runs the program until the work has ended. */
    readonly during: (changes: ChangedValues, work: () => Promise<void>) => Promise<void>;
    /** The causes that `npm run up` and `npm run status` print. */
    readonly causes: () => Promise<readonly string[]>;
    /** What exists in the namespace, except what every namespace has. */
    readonly created: () => Promise<readonly string[]>;
    /** Deletes the namespace with everything in it. */
    readonly remove: () => Promise<void>;
}

/** Prepares the namespace as an administrator does: by `deploy/rbac.yaml`. */
export async function prepareDeployment({ cluster, values }: Ground): Promise<Deployment> {
    const { client, server, folder } = cluster;
    for (const object of grantedObjects) {
        await client.apply(object);
    }
    const ownToken = await client.tokenOf(deployer);
    const own = kubeconfig(server, ownToken);
    const up = async (changes: ChangedValues, token: string, signal?: AbortSignal): Promise<string> => {
        const kubeconfigFile = path.join(folder, "deployer.kubeconfig");
        writeFileSync(kubeconfigFile, kubeconfig(server, token), { mode: 0o600 });
        const identity: Cluster = { ...cluster, client: client.as(token), kubeconfigFile };
        const stack = new ProdStack(identity, () => undefined);
        return await stack.up(changedValues(values, changes), signal).then(
            () => "deployed",
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
    };
    return {
        refusal: async (changes = {}, token = ownToken) => await up(changes, token),
        during: async (changes, work) => {
            const end = new AbortController();
            const running = up(changes, ownToken, end.signal);
            try {
                await Promise.race([
                    work(),
                    running.then((outcome) => {
                        throw new Error(`the program ended: ${outcome}`);
                    }),
                ]);
            } finally {
                end.abort();
                await running;
            }
        },
        causes: async () => {
            const objects = await readNamespace(kubernetesReader({ kubeconfig: own }), prodNamespace);
            return renderCauses(diagnose(objects, Date.now())).split("\n").slice(1);
        },
        created: async () => {
            const kinds =
                "secrets,configmaps,services,serviceaccounts,networkpolicies,statefulsets,deployments,jobs,pvc,pods";
            const names = await kubectl(cluster, [...["get", kinds, "-n", prodNamespace, "-o", "name"]]);
            return names
                .split("\n")
                .filter(
                    (name) => !["", "configmap/kube-root-ca.crt", "serviceaccount/default"].includes(name),
                );
        },
        remove: async () => {
            // A node stops within a week, which the namespace would wait for; the operator stops it immediately.
            await removeAndWait(cluster, broker);
            await kubectl(cluster, [
                "delete",
                "pods",
                "--all",
                "-n",
                prodNamespace,
                "--force",
                "--wait=false",
            ]);
            await removeAndWait(cluster, space);
        },
    };
}

const deletedWithinMilliseconds = 300_000;

async function removeAndWait({ client }: Cluster, object: KubernetesObject): Promise<void> {
    const deadline = Date.now() + deletedWithinMilliseconds;
    for (;;) {
        const found = await client.read(object).catch(ignoreMissing);
        if (found === undefined) {
            return;
        }
        // An operator that was at work on it may have stored it again.
        if (found.metadata["deletionTimestamp"] === undefined) {
            await client.remove(object).catch(ignoreMissing);
        }
        if (Date.now() > deadline) {
            throw new Error(`${nameOf(object)}: is not deleted after ${deletedWithinMilliseconds / 1_000} s`);
        }
        await sleep(500);
    }
}

/** For an object that may be deleted already. */
export function ignoreMissing(error: unknown): undefined {
    if (!(error instanceof ApiError) || error.code !== 404) {
        throw error;
    }
}
