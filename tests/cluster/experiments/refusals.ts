import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { ApiError } from "../../kube/support/apiClient.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { deployer } from "../../kube/support/rights.ts";
import { type Arrangement, install, until, withoutRun } from "../support/arrangement.ts";
import {
    demandingVersion,
    laterVersion,
    oldDefinition,
    replaceDefinition,
} from "../support/brokerDefinition.ts";
import type { Cluster } from "../support/cluster.ts";
import { ignoreMissing, prepareDeployment } from "../support/deployment.ts";
import { experiment } from "../support/experiment.ts";
import type { Ground } from "../support/ground.ts";
import { prodNamespace } from "../support/prodValues.ts";
import { storageClassObject } from "../support/storage.ts";
import { startWebhook } from "../support/webhook.ts";

const space: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: prodNamespace } };

async function withoutStorageClass({ client }: Cluster): Promise<Arrangement> {
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

async function deleteHeldNamespace({ client }: Cluster): Promise<Arrangement> {
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

async function deleteNamespace({ client }: Cluster): Promise<Arrangement> {
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
async function takeTheSeat(cluster: Cluster): Promise<Arrangement> {
    const silent = await startWebhook(cluster, () => undefined);
    const installed = await install(
        cluster,
        ...oneSeat,
        silent.configuration({
            kind: "ValidatingWebhookConfiguration",
            resource: "/configmaps",
            failurePolicy: "Fail",
            timeoutSeconds: 30,
        }),
    );
    const identity = cluster.client.as(await cluster.client.tokenOf(deployer));
    const { finalizers: _, ...metadata } = held.metadata;
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

async function withAbsentServer(cluster: Cluster): Promise<Arrangement> {
    return {
        ...(await install(cluster, absentServer)),
        changes: { autoscaling: "true", serviceReplicas: JSON.stringify(["analyzer.links=2-4"]) },
    };
}

async function stopStore({ control }: Cluster): Promise<Arrangement> {
    await control.run("pkill", "-STOP", "etcd");
    return {
        undo: async () => {
            await control.run("pkill", "-CONT", "etcd");
        },
    };
}

/** A token of the deploying identity that expired an hour ago. */
async function expiredToken({ client, folder }: Cluster): Promise<Arrangement> {
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

async function takeRights({ client }: Cluster): Promise<Arrangement> {
    const rules = (await client.read(role))["rules"] as { resources: string[]; verbs: string[] }[]; // as applied
    const fewer = rules.map(({ resources, verbs, ...rule }) => ({
        ...rule,
        resources: resources.filter((each) => each !== "secrets"),
        verbs: resources.includes("jobs") ? ["get", "list", "watch"] : verbs,
    }));
    await client.merge(role, { rules: fewer });
    return {};
}

const unfit = "Kubernetes at URL cannot run this stack:";
const kind = '- kind "RabbitmqCluster" of rabbitmq.com/v1beta1:';
const operatorWayOut = "install RabbitMQ Cluster Operator 2.16 or later";
const rightsWayOut =
    "have an administrator apply deploy/rbac.yaml of this release, with the name of your namespace";
const lacking = `- namespace "${prodNamespace}": this identity has no right to`;
const everything = [
    ...["configmaps", "secrets", "serviceaccounts", "services", "deployments.apps"],
    ...["ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io", "poddisruptionbudgets.policy"],
    ...["rabbitmqclusters.rabbitmq.com", "jobs.batch"],
];

/** A cluster or an identity with which the program stops before it creates anything. */
type Refusal = readonly [
    circumstance: string,
    arrange: (cluster: Cluster) => Promise<Arrangement>,
    says: readonly string[],
];

const refusals: readonly Refusal[] = [
    [
        "without the broker's operator",
        (cluster) => replaceDefinition(cluster, () => Promise.resolve(undefined)),
        [
            unfit,
            `${kind} not installed; install the RabbitMQ Cluster Operator, or name the URL of its release in "operatorManifest"`,
        ],
    ],
    [
        "with a broker's operator that is too old",
        (cluster) => replaceDefinition(cluster, oldDefinition),
        [
            unfit,
            `${kind} the installed version does not know "spec.autoEnableAllFeatureFlags"; ${operatorWayOut}`,
        ],
    ],
    [
        "with a broker's operator that has only a later version of the kind",
        (cluster) => replaceDefinition(cluster, laterVersion),
        [unfit, `${kind} the installed version has rabbitmq.com/v1 instead; ${operatorWayOut}`],
    ],
    [
        "with a broker's operator that requires more",
        (cluster) => replaceDefinition(cluster, demandingVersion),
        [
            unfit,
            `${kind} the installed version requires "spec.edition", which this stack does not set; ${operatorWayOut}`,
        ],
    ],
    [
        "with a storage class that does not exist",
        () => Promise.resolve({ changes: { storageClass: "fast" } }),
        [unfit, '- storage class "fast" (storageClass): does not exist; name "local", or create it'],
    ],
    [
        "without any storage class",
        withoutStorageClass,
        [unfit, '- storage class "local" (storageClass): does not exist; there is none; create it'],
    ],
    [
        "in a namespace that is being deleted",
        deleteHeldNamespace,
        [
            unfit,
            `- namespace "${prodNamespace}": is being deleted since TIME (Some resources are remaining: configmaps. has 1 resource instances; Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances); have an administrator start the software that removes these finalizers, wait until it is deleted, have an administrator create it again with the rights of the deploying identity, and run the command again`,
        ],
    ],
    [
        "without the namespace",
        deleteNamespace,
        [
            unfit,
            `${lacking} get, list, watch, create, patch, delete ${everything.join(", ")}; ${rightsWayOut}`,
        ],
    ],
    [
        "without some rights",
        takeRights,
        [
            unfit,
            `${lacking} get, list, watch, create, patch, delete secrets; ${rightsWayOut}`,
            `${lacking} create, patch, delete jobs.batch; ${rightsWayOut}`,
        ],
    ],
    [
        "with an expired token",
        expiredToken,
        [
            'Kubernetes at URL does not accept the credentials of context "test" (401 Unauthorized); log in again or renew the token in the kubeconfig',
        ],
    ],
    [
        "while the API server answers 429",
        takeTheSeat,
        [
            "Kubernetes at URL answers 429 (Too many requests, please try again later.), also after 4 attempts; it is overloaded, starting or out of order: try again in a few minutes",
        ],
    ],
    [
        "while the API server answers 503",
        withAbsentServer,
        [
            "Kubernetes at URL answers 503, also after 4 attempts; it is overloaded, starting or out of order: try again in a few minutes",
        ],
    ],
    [
        "while the store of the API server does not answer",
        stopStore,
        [
            'Kubernetes at URL cannot be reached (no answer in 10 s); check that it runs, that this machine has a way to it (VPN, proxy), and that "test" is the right context of the kubeconfig',
        ],
    ],
];

/** What the program says where it cannot work, before it creates anything. Nothing of the stack is on the ground before. */
export function refusalExperiments(ground: () => Ground): void {
    for (const [circumstance, arrange, says] of refusals) {
        experiment(
            "Bad input",
            `${circumstance}, \`npm run up\` creates nothing and says why`,
            async (note) => {
                const { cluster } = ground();
                const deployment = await prepareDeployment(ground());
                try {
                    const { changes, token, undo } = await arrange(cluster);
                    let refusal: string;
                    try {
                        refusal = withoutRun(await deployment.refusal(changes, token), cluster);
                    } finally {
                        await undo?.();
                    }
                    note(refusal.replaceAll("\n", " "));
                    expect(refusal.split("\n")).toEqual(says);
                    expect(await deployment.created()).toEqual([]);
                } finally {
                    await deployment.remove();
                }
            },
        );
    }
}
