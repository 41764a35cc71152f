import { setTimeout as sleep } from "node:timers/promises";
import { KubernetesUnusable } from "@spot-messaging/pulumi/operators";
import { expect } from "vitest";
import { type Arrangement, install, until, withoutRun } from "../support/arrangement.ts";
import { scaleOperator } from "../support/brokerDefinition.ts";
import type { Cluster } from "../support/cluster.ts";
import { type Deployment, prepareDeployment } from "../support/deployment.ts";
import { experiment } from "../support/experiment.ts";
import type { Ground } from "../support/ground.ts";
import { kubectl } from "../support/kubectl.ts";
import { type ChangedValues, prodNamespace } from "../support/prodValues.ts";
import { storageClassObject } from "../support/storage.ts";
import { type Review, startWebhook, type WebhookOptions } from "../support/webhook.ts";

const group = "Bad input";

type Arrange = (cluster: Cluster) => Promise<Arrangement>;

function inNamespace(kind: string, spec: object): Arrange {
    const metadata = { name: "small", namespace: prodNamespace };
    return (cluster) => install(cluster, { apiVersion: "v1", kind, metadata, spec });
}

function quota(hard: Readonly<Record<string, string>>): Arrange {
    return inNamespace("ResourceQuota", { hard });
}

function values(changes: ChangedValues): Arrange {
    return () => Promise.resolve({ changes });
}

/** Names a class of one's own with this provisioner. */
function provisioner(name: string, volumeBindingMode: string): Arrange {
    const metadata = { name: "other" };
    const other = { ...storageClassObject, metadata, provisioner: name, volumeBindingMode };
    return async (cluster) => ({
        ...(await install(cluster, other)),
        changes: { storageClass: metadata.name },
    });
}

/** Runs `kubectl` about the only node. */
function onNode(change: readonly string[], undo: readonly string[]): Arrange {
    return async (cluster) => {
        const named = (list: readonly string[]): readonly string[] =>
            list.map((each) => (each === "NODE" ? (cluster.nodes[0]?.name ?? "") : each));
        await kubectl(cluster, named(change));
        return {
            undo: async () => {
                await kubectl(cluster, named(undo));
            },
        };
    };
}

const refuse: Review = () => ({
    allowed: false,
    status: { code: 403, message: "images must come from registry.example.com" },
});
const staySilent: Review = () => undefined;

/** Adds a container as a service mesh does. */
const addProxy: Review = () => {
    const securityContext = { capabilities: { add: ["NET_ADMIN"] } };
    const value = { name: "proxy", image: "example.com/proxy:1", securityContext };
    const patch = JSON.stringify([{ op: "add", path: "/spec/containers/-", value }]);
    return { allowed: true, patchType: "JSONPatch", patch: Buffer.from(patch).toString("base64") };
};

const pods: WebhookOptions = {
    kind: "ValidatingWebhookConfiguration",
    resource: "/pods",
    failurePolicy: "Fail",
    timeoutSeconds: 20,
    isTrusted: true,
};

function webhook(review: Review, options: Partial<WebhookOptions> = {}): Arrange {
    return async (cluster) => {
        const server = await startWebhook(cluster, review);
        const { undo } = await install(cluster, server.configuration({ ...pods, ...options }));
        // The API server asks a new webhook about a second later.
        await sleep(2_000);
        return {
            undo: async () => {
                await undo?.();
                await server.close();
            },
        };
    };
}

const digest = `rabbitmq@sha256:${"0".repeat(64)}`;

/** The broker's image in a registry whose certificate the nodes do not trust. */
async function untrustedRegistry(cluster: Cluster): Promise<Arrangement> {
    const server = await startWebhook(cluster, staySilent);
    return { changes: { brokerImage: `${server.address}/${digest}` }, undo: server.close };
}

async function withoutOperator(cluster: Cluster): Promise<Arrangement> {
    await scaleOperator(cluster, 0);
    return {
        undo: async () => {
            await scaleOperator(cluster, 1);
        },
    };
}

const nodes = '"rabbitmq-server-0", "rabbitmq-server-1", "rabbitmq-server-2"';
const statefulSet = '- StatefulSet "rabbitmq-server":';
const operator = '- RabbitmqCluster "rabbitmq": the RabbitMQ Cluster Operator cannot change its objects:';
const raise = "have an administrator raise the quota, or ask for less";
const allow = "have an administrator of this webhook allow it, or change what it refuses";

function noFit(reason: string, wayOut: string): string {
    return `- pods ${nodes}: no node fits (0/1 nodes are available: ${reason}); ${wayOut}`;
}

/** What holds the pods back, and the line that is printed. */
type Obstacle = readonly [obstacle: string, arrange: Arrange, cause: string];

const obstacles: readonly Obstacle[] = [
    [
        "an operator that does not run",
        withoutOperator,
        '- RabbitmqCluster "rabbitmq": the RabbitMQ Cluster Operator has not looked at it; check that the operator runs, and that it watches this namespace',
    ],
    [
        "a quota of pods",
        quota({ pods: "0" }),
        `${statefulSet} ResourceQuota "small" is exceeded (requested pods=1; used pods=0; limit pods=0); ${raise}`,
    ],
    [
        "a quota of storage",
        quota({ "requests.storage": "15Gi" }),
        `${statefulSet} ResourceQuota "small" is exceeded (requested requests.storage=10Gi; used requests.storage=10Gi; limit requests.storage=15Gi); ${raise}`,
    ],
    [
        "a quota of the operator's objects",
        quota({ "count/statefulsets.apps": "0" }),
        `${operator} ResourceQuota "small" is exceeded (requested count/statefulsets.apps=1; used count/statefulsets.apps=0; limit count/statefulsets.apps=0); ${raise}`,
    ],
    [
        "a limit range",
        inNamespace("LimitRange", { limits: [{ type: "Container", max: { memory: "1Gi" } }] }),
        `${statefulSet} a LimitRange refuses it (maximum memory usage per Container is 1Gi, but limit is 4Gi); have an administrator change the LimitRange, or ask for other amounts`,
    ],
    [
        "an admission webhook that refuses pods",
        webhook(refuse),
        `${statefulSet} admission webhook "review.example.com" refuses it (images must come from registry.example.com); ${allow}`,
    ],
    [
        "an admission webhook that refuses the operator's objects",
        webhook(refuse, { resource: "apps/statefulsets" }),
        `${operator} admission webhook "review.example.com" refuses it (images must come from registry.example.com); ${allow}`,
    ],
    [
        "an admission webhook that does not answer",
        webhook(staySilent, { timeoutSeconds: 1 }),
        `${statefulSet} admission webhook "review.example.com" does not answer (failed to call webhook: Post "https://review.webhooks.svc:PORT/?timeout=1s": context deadline exceeded); start the software that the webhook belongs to, or delete its webhook configuration if the software is no longer installed`,
    ],
    [
        "an admission webhook whose certificate is not trusted",
        webhook(refuse, { isTrusted: false }),
        `${statefulSet} admission webhook "review.example.com" has a certificate that the API server does not accept (tls: failed to verify certificate: x509: certificate signed by unknown authority); have an administrator repair what issues it and what writes its authority into the webhook configuration (for most operators cert-manager), or install the operator again as its release describes`,
    ],
    [
        "a container that a webhook adds against the Pod Security level",
        webhook(addProxy, { kind: "MutatingWebhookConfiguration" }),
        `${statefulSet} Pod Security level "restricted:latest" refuses the pod (allowPrivilegeEscalation != false (container "proxy" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "proxy" must set securityContext.capabilities.drop=["ALL"]; container "proxy" must not include "NET_ADMIN" in securityContext.capabilities.add)); update the operator that makes the pod, exempt the namespace from what adds containers to pods (such as a service mesh), or have an administrator lower the level of the namespace`,
    ],
    [
        "an image whose registry does not exist",
        values({ brokerImage: `registry.example.com/${digest}` }),
        `- pod "rabbitmq-server-0": image "registry.example.com/${digest}" cannot be pulled: the nodes cannot reach the registry; check the registry's host name, and the nodes' way to it (DNS, firewall, proxy)`,
    ],
    [
        "an image whose registry is not trusted",
        untrustedRegistry,
        `- pod "rabbitmq-server-0": image "ADDRESS/${digest}" cannot be pulled: the nodes do not trust the registry's certificate; configure the registry's certificate authority in the container runtime of the nodes`,
    ],
    [
        "more processors than a node has",
        values({ brokerCpus: "256" }),
        noFit(
            "1 Insufficient cpu",
            'add nodes, or ask for less ("brokerCpus", "brokerMemory", "serviceReplicas")',
        ),
    ],
    [
        "zones that no node has",
        values({ zones: JSON.stringify(["eu-1a", "eu-1b", "eu-1c"]) }),
        noFit(
            "1 node(s) didn't match Pod's node affinity/selector",
            'name in "zones" what the nodes have as label topology.kubernetes.io/zone (kubectl get nodes -L topology.kubernetes.io/zone)',
        ),
    ],
    [
        "a tainted node",
        onNode(
            ["taint", "nodes", "NODE", "example.com/reserved=yes:NoSchedule"],
            ["taint", "nodes", "NODE", "example.com/reserved-"],
        ),
        noFit(
            "1 node(s) had untolerated taint(s)",
            "remove the taint from the nodes (kubectl describe node), or add nodes without it",
        ),
    ],
    [
        "a cordoned node",
        onNode(["cordon", "NODE"], ["uncordon", "NODE"]),
        noFit("1 node(s) were unschedulable", "make the nodes schedulable again (kubectl uncordon NAME)"),
    ],
    [
        "a storage class without a free volume",
        provisioner("kubernetes.io/no-provisioner", "WaitForFirstConsumer"),
        noFit(
            "1 node(s) didn't find available persistent volumes to bind",
            "create a volume for the claim, or name a class with a provisioner",
        ),
    ],
    [
        "a storage class whose provisioner does not run",
        provisioner("disks.example.com", "Immediate"),
        `- claims ${nodes.replaceAll("rabbitmq-", "persistence-rabbitmq-")}: the provisioner of class "other" does not create its volume; check that the storage driver of this class runs`,
    ],
];

const printedWithinMilliseconds = 120_000;

/** The ground has one node, and each of the broker's nodes needs one of its own. */
const others = /^- pods "rabbitmq-server-1", "rabbitmq-server-2": no node fits /;

/** What is printed when pods of the stack do not start. Nothing of the stack is on the ground before. */
export function obstacleExperiments(ground: () => Ground): void {
    for (const [obstacle, arrange, cause] of obstacles) {
        experiment(
            group,
            `${obstacle}: \`npm run up\` and \`npm run status\` name the cause`,
            async (note) => {
                let causes: readonly string[] = [];
                await duringUp(ground(), arrange, async ({ causes: read }) => {
                    const deadline = Date.now() + printedWithinMilliseconds;
                    // Pods are created, scheduled and started one by one.
                    while (causes.join("\n") !== cause && Date.now() < deadline) {
                        await sleep(1_000);
                        // A busy machine's API server may not answer in time.
                        const printed = (await read().catch(ignoreUnusable)).filter(
                            (each) => !others.test(each),
                        );
                        causes = printed.map((each) => withoutRun(each, ground().cluster));
                    }
                });
                note(causes.map((each) => each.replace(/^- /, "")).join(" "));
                expect(causes).toEqual([cause]);
            },
        );
    }

    experiment(
        group,
        "an admission webhook that does not answer and may be ignored holds no pod back",
        async () => {
            const arrange = webhook(staySilent, { failurePolicy: "Ignore", timeoutSeconds: 1 });
            await duringUp(ground(), arrange, async ({ created }) => {
                await until("the broker's first pod is created", async () =>
                    (await created()).includes("pod/rabbitmq-server-0"),
                );
            });
        },
    );
}

function ignoreUnusable(error: unknown): readonly string[] {
    if (!(error instanceof KubernetesUnusable)) {
        throw error;
    }
    return [];
}

async function duringUp(
    ground: Ground,
    arrange: Arrange,
    work: (deployment: Deployment) => Promise<void>,
): Promise<void> {
    const deployment = await prepareDeployment(ground);
    try {
        const { changes = {}, undo } = await arrange(ground.cluster);
        try {
            await deployment.during(changes, async () => {
                await work(deployment);
            });
        } finally {
            await undo?.();
        }
    } finally {
        await deployment.remove();
    }
}
