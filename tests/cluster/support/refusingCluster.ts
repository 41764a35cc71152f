import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ApiError } from "../../kube/support/apiClient.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { deployer } from "../../kube/support/rights.ts";
import { type Arrangement, install, until } from "./arrangement.ts";
import type { Cluster } from "./cluster.ts";
import { ignoreMissing } from "./deployment.ts";
import { prodNamespace } from "./prodValues.ts";
import { storageClassObject } from "./storage.ts";
import { startWebhook } from "./webhook.ts";

// What an administrator, a cloud or a failure can do to a cluster, so that the program cannot work on it.

const space: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: prodNamespace } };

export async function withoutStorageClass({ client }: Cluster): Promise<Arrangement> {
    await client.remove(storageClassObject);
    return {
        undo: async () => {
            await client.apply(storageClassObject);
        },
    };
}

const held: KubernetesObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "held", namespace: prodNamespace, finalizers: ["example.com/hold"] },
};

export async function deleteHeldNamespace({ client }: Cluster): Promise<Arrangement> {
    await client.apply(held);
    await client.remove(space);
    await until("the namespace reports what holds it", async () =>
        JSON.stringify(await client.read(space)).includes("example.com/hold in 1 resource instances"),
    );
    return {
        undo: async () => {
            await client.patchMetadata(held, { finalizers: null });
        },
    };
}

export async function deleteNamespace({ client }: Cluster): Promise<Arrangement> {
    await client.remove(space);
    await until(
        "the namespace is deleted",
        async () => (await client.read(space).catch(ignoreMissing)) === undefined,
    );
    return {};
}

/** A level of the API server with one seat, for everything that the deploying identity requests. */
const oneSeat: readonly KubernetesObject[] = [
    {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1",
        kind: "PriorityLevelConfiguration",
        metadata: { name: "one-seat" },
        spec: {
            type: "Limited",
            limited: {
                nominalConcurrencyShares: 0,
                lendablePercent: 0,
                borrowingLimitPercent: 0,
                limitResponse: { type: "Reject" },
            },
        },
    },
    {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1",
        kind: "FlowSchema",
        metadata: { name: "one-seat" },
        spec: {
            priorityLevelConfiguration: { name: "one-seat" },
            matchingPrecedence: 2,
            rules: [
                {
                    subjects: [
                        {
                            kind: "ServiceAccount",
                            serviceAccount: {
                                name: deployer.metadata.name,
                                namespace: deployer.metadata.namespace,
                            },
                        },
                    ],
                    resourceRules: [
                        {
                            verbs: ["*"],
                            apiGroups: ["*"],
                            resources: ["*"],
                            clusterScope: true,
                            namespaces: ["*"],
                        },
                    ],
                    nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
                },
            ],
        },
    },
];

/** A request that a silent webhook holds up takes the only seat. */
export async function takeTheSeat(cluster: Cluster): Promise<Arrangement> {
    const silent = await startWebhook(cluster, () => undefined);
    const installed = await install(
        cluster,
        ...oneSeat,
        silent.configuration({
            kind: "ValidatingWebhookConfiguration",
            resource: "/configmaps",
            failurePolicy: "Fail",
            timeoutSeconds: 30,
            isTrusted: true,
        }),
    );
    const identity = cluster.client.as(await cluster.client.tokenOf(deployer));
    const metadata = { name: held.metadata.name, namespace: prodNamespace };
    let waiting: Promise<unknown> = Promise.resolve();
    await until("the API server answers 429", async () => {
        waiting = Promise.allSettled([waiting, identity.create({ ...held, metadata })]);
        return await identity.get("/version").then(
            () => false,
            (error: unknown) => error instanceof ApiError && error.code === 429,
        );
    });
    return {
        undo: async () => {
            await silent.close();
            await installed.undo?.();
            await waiting;
        },
    };
}

/** An API that a server outside the API server serves, and that does not run. */
const absentServer: KubernetesObject = {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1alpha1.keda.sh" },
    spec: {
        group: "keda.sh",
        version: "v1alpha1",
        groupPriorityMinimum: 1_000,
        versionPriority: 15,
        insecureSkipTLSVerify: true,
        service: { namespace: "default", name: "absent", port: 443 },
    },
};

export async function withAbsentServer(cluster: Cluster): Promise<Arrangement> {
    return {
        ...(await install(cluster, absentServer)),
        changes: { autoscaling: "true", serviceReplicas: JSON.stringify(["analyzer.links=2-4"]) },
    };
}

export async function stopStore({ control, client }: Cluster): Promise<Arrangement> {
    await control.run("pkill", "-STOP", "etcd");
    return {
        undo: async () => {
            await control.run("pkill", "-CONT", "etcd");
            await until("the API server is ready", () =>
                client.get("/readyz").then(
                    () => true,
                    () => false,
                ),
            );
        },
    };
}

/** A token of the deploying identity that expired an hour ago. */
export async function expiredToken({ client, folder }: Cluster): Promise<Arrangement> {
    const [header = "", payload = ""] = (await client.tokenOf(deployer)).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object; // of a JSON web token
    const now = Math.floor(Date.now() / 1_000);
    const expired = { ...claims, iat: now - 7_200, nbf: now - 7_200, exp: now - 3_600 };
    const signed = `${header}.${Buffer.from(JSON.stringify(expired)).toString("base64url")}`;
    const key = readFileSync(path.join(folder, "keys", "accounts.key"), "utf8");
    return { token: `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}` };
}

const role: KubernetesObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "spot-messaging", namespace: prodNamespace },
};

export async function takeRights({ client }: Cluster): Promise<Arrangement> {
    const rules = (await client.read(role))["rules"] as { resources: string[]; verbs: string[] }[]; // as applied
    const fewer = rules.map(({ resources, verbs, ...rule }) => ({
        ...rule,
        resources: resources.filter((each) => each !== "secrets"),
        verbs: resources.includes("jobs") ? ["get", "list", "watch"] : verbs,
    }));
    await client.merge(role, { rules: fewer });
    return {};
}
