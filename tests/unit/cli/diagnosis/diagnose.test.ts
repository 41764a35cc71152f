import { describe, expect, it } from "vitest";
import { renderCauses } from "../../../../src/cli/diagnosis/cause.ts";
import { diagnose } from "../../../../src/cli/diagnosis/diagnose.ts";
import { type NamespaceObjects, parseNamespace } from "../../../../src/cli/diagnosis/namespaceObjects.ts";

// Objects as a real API server returns them, reduced to what differs. tests/kube reads them from a real one.

const now = Date.parse("2026-05-04T12:00:00Z");

type Lists = Partial<Record<keyof NamespaceObjects, readonly unknown[]>>;

function causesOf(lists: Lists): readonly string[] {
    const all = {
        pods: [],
        events: [],
        claims: [],
        jobs: [],
        deployments: [],
        ingresses: [],
        brokers: [],
        databases: [],
        scaledObjects: [],
        certificates: [],
        ...lists,
    };
    const objects = Object.fromEntries(Object.entries(all).map(([key, items]) => [key, { items }]));
    const text = renderCauses(
        diagnose(parseNamespace(objects as Record<keyof NamespaceObjects, unknown>), now),
    ); // the keys of all
    return text.split("\n").slice(1);
}

interface Status {
    readonly phase?: string;
    readonly [field: string]: unknown;
}

function pod(name: string, status: Status, more: Readonly<Record<string, unknown>> = {}): unknown {
    const resources = { limits: { memory: "256Mi", cpu: "1" } };
    return {
        metadata: { name, labels: { "app.kubernetes.io/name": name.replace(/-\d$/, "") }, ...more },
        spec: {
            nodeName: "node-1",
            containers: [
                { name: "service", image: "spot@sha256:0", resources },
                { name: "rabbitmq", image: "rabbitmq@sha256:0", resources: { limits: { memory: "8Gi" } } },
            ],
        },
        status: { phase: "Running", ...status },
    };
}

function container(state: unknown, more: Readonly<Record<string, unknown>> = {}): Status {
    const image = "sha256:0";
    return {
        containerStatuses: [
            { name: "service", image, ready: false, restartCount: 0, state, lastState: {}, ...more },
        ],
    };
}

const running = { running: { startedAt: "2026-05-04T11:59:00Z" } };
const crash = {
    waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" },
};

function crashed(terminated: Readonly<Record<string, unknown>>): Status {
    return container(crash, { restartCount: 7, lastState: { terminated } });
}

let events = 0;

/** An operator's object that does not meet a condition. */
function operated(name: string, condition: { type: string; message: string }, more = {}): unknown {
    return {
        metadata: { name },
        status: { conditions: [{ status: "False", reason: "Error", ...condition }], ...more },
    };
}

function event(kind: string, name: string, reason: string, message: string, time = "11:55"): unknown {
    events += 1;
    return {
        metadata: { name: `${name}.${events}`, creationTimestamp: "2026-05-04T11:00:00Z" },
        type: "Warning",
        reason,
        message,
        involvedObject: { kind, name },
        lastTimestamp: `2026-05-04T${time}:00Z`,
    };
}

const gateway = "gateway-1";

describe("diagnose", () => {
    it.each<[string, Lists, readonly string[]]>([
        ["nothing if all pods are ready", { pods: [pod(gateway, container(running, { ready: true }))] }, []],
        [
            "nothing of a pod that starts",
            { pods: [pod(gateway, container({ waiting: { reason: "ContainerCreating" } }))] },
            [],
        ],
        [
            "nothing of a pod that ended well",
            {
                pods: [
                    pod(gateway, { phase: "Succeeded", ...crashed({ exitCode: 0, reason: "Completed" }) }),
                ],
            },
            [],
        ],
        [
            "an image that cannot be pulled, once for all pods, with the registry's answer from an event",
            {
                pods: ["gateway-1", "gateway-2", "notifier-1", "notifier-2"].map((name) =>
                    pod(
                        name,
                        container({
                            waiting: {
                                reason: "ImagePullBackOff",
                                message: 'Back-off pulling image "spot@sha256:0"',
                            },
                        }),
                    ),
                ),
                events: ["gateway-1", "gateway-2", "notifier-1", "notifier-2"].map((name) =>
                    event("Pod", name, "Failed", 'Failed to pull image "spot@sha256:0": not found'),
                ),
            },
            [
                '- pods "gateway-1", "gateway-2", "notifier-1" and 1 more: image "spot@sha256:0" cannot be pulled: the registry has no such image; push it, or correct the name and digest in "servicesImage" or "brokerImage"',
            ],
        ],
        [
            "a missing Secret",
            {
                pods: [
                    pod(
                        gateway,
                        container({
                            waiting: {
                                reason: "CreateContainerConfigError",
                                message: 'secret "gateway-secrets" not found',
                            },
                        }),
                    ),
                ],
            },
            [
                '- pod "gateway-1": container "service" cannot be created (secret "gateway-secrets" not found); run the command again: it creates the object; if it persists, check what deletes it',
            ],
        ],
        [
            "an image that would run as root",
            {
                pods: [
                    pod(
                        gateway,
                        container({
                            waiting: {
                                reason: "CreateContainerConfigError",
                                message: "container has runAsNonRoot and image will run as root (pod: x)",
                            },
                        }),
                    ),
                ],
            },
            [
                '- pod "gateway-1": container "service" cannot be created (container has runAsNonRoot and image will run as root); use the image that services/ builds, which has a numeric user',
            ],
        ],
        [
            "a program that is not in the image",
            {
                pods: [
                    pod(
                        gateway,
                        container({
                            waiting: {
                                reason: "RunContainerError",
                                message:
                                    'failed to create containerd task: runc create failed: exec: "spot": executable file not found in $PATH: unknown',
                            },
                        }),
                    ),
                ],
            },
            [
                '- pod "gateway-1": container "service" cannot be started (failed to create containerd task: runc create failed: exec: "spot": executable file not found in $PATH: unknown); check that "servicesImage" and "brokerImage" are the images of this release, for the processors of the nodes',
            ],
        ],
        [
            "a program that cannot be started, also while its container waits",
            {
                pods: [
                    pod(
                        gateway,
                        crashed({
                            exitCode: 128,
                            reason: "StartError",
                            message: "exec: permission denied: unknown",
                        }),
                    ),
                ],
            },
            [
                '- pod "gateway-1": container "service" cannot be started (exec: permission denied: unknown); check that "servicesImage" and "brokerImage" are the images of this release, for the processors of the nodes',
            ],
        ],
        [
            "a claim, and not the pods that wait for it",
            {
                claims: [
                    {
                        metadata: { name: "data" },
                        spec: { storageClassName: "fast" },
                        status: { phase: "Pending" },
                    },
                ],
                events: [
                    event(
                        "PersistentVolumeClaim",
                        "data",
                        "ProvisioningFailed",
                        'storageclass.storage.k8s.io "fast" not found',
                    ),
                ],
                pods: [
                    pod(gateway, {
                        phase: "Pending",
                        conditions: [
                            {
                                type: "PodScheduled",
                                status: "False",
                                reason: "Unschedulable",
                                message:
                                    "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
                            },
                        ],
                    }),
                ],
            },
            [
                '- claim "data": storage class "fast" does not exist; create it, or name another one ("storageClass", "databaseStorageClass"; kubectl get storageclass lists them) and delete the claim',
            ],
        ],
        [
            "the last line of a program that ends",
            {
                pods: [
                    pod(
                        gateway,
                        crashed({
                            exitCode: 2,
                            reason: "Error",
                            message: "starting\nSPOT_TOKENS is missing\n",
                        }),
                    ),
                ],
            },
            [
                '- pod "gateway-1": container "service" ends with exit code 2 (SPOT_TOKENS is missing); correct what the message names; kubectl logs --previous POD shows all of its output',
            ],
        ],
        [
            "a program that ends with success and should not",
            { pods: [pod(gateway, crashed({ exitCode: 0, reason: "Completed" }))] },
            [
                '- pod "gateway-1": container "service" ends with exit code 0; kubectl logs --previous POD shows all of its output',
            ],
        ],
        [
            "an init container that ends",
            {
                pods: [
                    pod(gateway, {
                        phase: "Pending",
                        initContainerStatuses: [
                            {
                                name: "setup-container",
                                ready: false,
                                restartCount: 1,
                                state: {
                                    terminated: {
                                        exitCode: 1,
                                        reason: "Error",
                                        message: "cp: Permission denied",
                                    },
                                },
                                lastState: {},
                            },
                        ],
                    }),
                ],
            },
            [
                '- pod "gateway-1": container "setup-container" ends with exit code 1 (cp: Permission denied); correct what the message names; kubectl logs --previous POD shows all of its output',
            ],
        ],
        [
            "the memory limit of a service",
            { pods: [pod(gateway, crashed({ exitCode: 137, reason: "OOMKilled" }))] },
            [
                '- pod "gateway-1": container "service" is killed at its memory limit of 256Mi; update to a release with a higher limit, or report it with kubectl describe pod',
            ],
        ],
        [
            "the memory limit of the broker",
            {
                pods: [
                    pod(
                        "rabbitmq-server-0",
                        container(running, {
                            name: "rabbitmq",
                            restartCount: 1,
                            lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
                        }),
                    ),
                ],
            },
            [
                '- pod "rabbitmq-server-0": container "rabbitmq" is killed at its memory limit of 8Gi; raise "brokerMemory"',
            ],
        ],
        [
            "the probe that kills a container",
            {
                pods: [pod(gateway, crashed({ exitCode: 137, reason: "Error" }))],
                events: [
                    event("Pod", gateway, "Unhealthy", "Readiness probe failed: not consumed"),
                    event(
                        "Pod",
                        gateway,
                        "Unhealthy",
                        "Liveness probe failed: no heartbeat for 90 s",
                        "11:54",
                    ),
                ],
            },
            [
                '- pod "gateway-1": its liveness probe fails (no heartbeat for 90 s); correct what the message names; kubectl logs POD shows the output',
            ],
        ],
        [
            "the newest answer of a readiness probe",
            {
                pods: [pod(gateway, container(running))],
                events: [
                    event("Pod", gateway, "Unhealthy", "Readiness probe failed: starting", "11:40"),
                    event(
                        "Pod",
                        gateway,
                        "Unhealthy",
                        'Readiness probe failed: queue "analyzer.links" is not being consumed for 4 s\n',
                    ),
                ],
            },
            [
                '- pod "gateway-1": its readiness probe fails (queue "analyzer.links" is not being consumed for 4 s); correct what the message names; kubectl logs POD shows the output',
            ],
        ],
        [
            "no probe that failed before the pod became ready",
            {
                pods: [pod(gateway, container(running, { ready: true }))],
                events: [event("Pod", gateway, "Unhealthy", "Readiness probe failed: starting")],
            },
            [],
        ],
        [
            "what the scheduler says",
            {
                pods: [
                    pod("rabbitmq-server-2", {
                        phase: "Pending",
                        conditions: [
                            {
                                type: "PodScheduled",
                                status: "False",
                                reason: "Unschedulable",
                                message:
                                    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
                            },
                        ],
                    }),
                ],
            },
            [
                '- pod "rabbitmq-server-2": no node fits (0/2 nodes are available: 2 node(s) didn\'t match pod anti-affinity rules); add nodes: every RabbitMQ node ("nodes") needs a host of its own',
            ],
        ],
        [
            "an evicted pod",
            {
                pods: [
                    pod(gateway, {
                        phase: "Failed",
                        reason: "Evicted",
                        message:
                            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 51Mi.",
                    }),
                ],
            },
            [
                '- pod "gateway-1": is evicted (The node was low on resource: memory. Threshold quantity: 100Mi, available: 51Mi.); give nodes more memory, or run less on them',
            ],
        ],
        [
            "a pod on a node that does not answer",
            {
                pods: [
                    pod(gateway, container(running), { deletionTimestamp: "2026-05-04T11:50:00Z" }),
                    pod("gateway-2", container(running), { deletionTimestamp: "2026-05-04T12:00:05Z" }),
                ],
            },
            [
                '- pod "gateway-1": should be deleted since 2026-05-04T11:50:00Z, but its node "node-1" does not confirm it; start the node again, or remove it from the cluster (kubectl delete node)',
            ],
        ],
        [
            "a volume that another node has",
            {
                pods: [pod("rabbitmq-server-0", container({ waiting: { reason: "PodInitializing" } }))],
                events: [
                    event(
                        "Pod",
                        "rabbitmq-server-0",
                        "FailedAttachVolume",
                        'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
                    ),
                ],
            },
            [
                '- pod "rabbitmq-server-0": its volume is still attached to another node (Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another); wait until the other node has released it, or remove a node that does not answer (kubectl delete node)',
            ],
        ],
        [
            "a Secret that is not mounted because it does not exist",
            {
                pods: [pod(gateway, container({ waiting: { reason: "ContainerCreating" } }))],
                events: [
                    event(
                        "Pod",
                        gateway,
                        "FailedMount",
                        'MountVolume.SetUp failed for volume "authority" : secret "rabbitmq-tls" not found',
                    ),
                ],
            },
            [
                '- pod "gateway-1": waits for Secret "rabbitmq-tls", which does not exist; check the Certificate or the operator that creates it',
            ],
        ],
        [
            "a network plugin that does not work",
            {
                pods: [pod(gateway, container({ waiting: { reason: "ContainerCreating" } }))],
                events: [
                    event(
                        "Pod",
                        gateway,
                        "FailedCreatePodSandBox",
                        '(combined from similar events): Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "797a7434a10875b43dea3cec1bc2d0aa3454161fd183f88e450d03ee8826d055": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory',
                    ),
                ],
            },
            [
                '- pod "gateway-1": its node cannot prepare it (Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory); check the network plugin and the container runtime of the node (kubectl describe node)',
            ],
        ],
        ...[
            [
                'Failed to create pod sandbox: plugin type="bridge" failed (add): no IP addresses available in range set: 10.60.28.1-10.60.28.254',
                'Failed to create pod sandbox: plugin type="bridge" failed (add): no IP addresses available in range set: 10.60.28.1-10.60.28.254',
            ],
            [
                'Failed create pod sandbox: failed to set up sandbox container "9234234234de67e8234cdc5c23423dce7e20842b8334208a6bff3a89234234d0" network for pod "gateway-1": NetworkPlugin cni failed to set up pod "gateway-1_spot-prod" network: add cmd: failed to assign an IP address to container',
                'Failed create pod sandbox: failed to set up sandbox container: NetworkPlugin cni failed to set up pod "gateway-1_spot-prod" network: add cmd: failed to assign an IP address to container',
            ],
            [
                'Failed to create pod sandbox: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to allocate pod IP',
                'Failed to create pod sandbox: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to allocate pod IP',
            ],
        ].map(([message = "", reason = ""]): [string, Lists, readonly string[]] => [
            `a node without a free IP address: ${reason}`,
            {
                pods: [pod(gateway, container({ waiting: { reason: "ContainerCreating" } }))],
                events: [event("Pod", gateway, "FailedCreatePodSandBox", message)],
            },
            [
                `- pod "gateway-1": its node has no free IP address for it (${reason}); give the pods' network more addresses, or run fewer pods on the node`,
            ],
        ]),
        [
            "the reason of a volume, which the kubelet's later timeout does not have",
            {
                pods: [pod(gateway, container({ waiting: { reason: "ContainerCreating" } }))],
                events: [
                    event(
                        "Pod",
                        gateway,
                        "FailedAttachVolume",
                        'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = volume is in error state',
                        "11:50",
                    ),
                    event(
                        "Pod",
                        gateway,
                        "FailedMount",
                        "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition",
                    ),
                ],
            },
            [
                '- pod "gateway-1": its volume cannot be mounted (AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = volume is in error state); check the storage driver of the cluster',
            ],
        ],
        [
            "only the timeout of a volume",
            {
                pods: [pod(gateway, container({ waiting: { reason: "ContainerCreating" } }))],
                events: [
                    event(
                        "Pod",
                        gateway,
                        "FailedMount",
                        "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition",
                    ),
                ],
            },
            [
                '- pod "gateway-1": its volume cannot be mounted (Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition); check the storage driver of the cluster',
            ],
        ],
        [
            "a quota, once for the events of all ReplicaSets",
            {
                events: [1, 2].map((each) =>
                    event(
                        "ReplicaSet",
                        "gateway-abc",
                        "FailedCreate",
                        `Error creating: pods "gateway-abc-${each}" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2`,
                    ),
                ),
            },
            [
                '- ReplicaSet "gateway-abc": ResourceQuota "small" is exceeded (requested pods=1; used pods=2; limit pods=2); have an administrator raise the quota, or ask for less',
            ],
        ],
        [
            "no refusal that was overcome",
            {
                events: [
                    event(
                        "StatefulSet",
                        "rabbitmq-server",
                        "FailedCreate",
                        'create Pod x failed error: pods "x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
                        "11:50",
                    ),
                    event(
                        "StatefulSet",
                        "rabbitmq-server",
                        "SuccessfulCreate",
                        "create Pod rabbitmq-server-0 in StatefulSet rabbitmq-server successful",
                    ),
                ],
            },
            [],
        ],
        [
            "a refused pod although its claim was created later",
            {
                events: [
                    event(
                        "StatefulSet",
                        "rabbitmq-server",
                        "FailedCreate",
                        'create Pod x failed error: pods "x" is forbidden: no PriorityClass with name high was found',
                        "11:50",
                    ),
                    event(
                        "StatefulSet",
                        "rabbitmq-server",
                        "SuccessfulCreate",
                        "create Claim persistence-rabbitmq-server-0 Pod rabbitmq-server-0 in StatefulSet rabbitmq-server success",
                    ),
                ],
            },
            ['- StatefulSet "rabbitmq-server": PriorityClass "high" does not exist; create it'],
        ],
        [
            "a refusal whose events have expired",
            {
                deployments: [
                    {
                        metadata: { name: "gateway" },
                        status: {
                            conditions: [
                                {
                                    type: "ReplicaFailure",
                                    status: "True",
                                    reason: "FailedCreate",
                                    message: 'admission webhook "x.example.com" denied the request: no',
                                },
                            ],
                        },
                    },
                ],
            },
            [
                '- Deployment "gateway": admission webhook "x.example.com" refuses it (no); have an administrator of this webhook allow it, or change what it refuses',
            ],
        ],
        [
            "claims without a volume",
            {
                claims: [
                    {
                        metadata: { name: "persistence-rabbitmq-server-0" },
                        spec: { storageClassName: "fast" },
                        status: { phase: "Pending" },
                    },
                    {
                        metadata: { name: "persistence-rabbitmq-server-1" },
                        spec: { storageClassName: "fast" },
                        status: { phase: "Pending" },
                    },
                    {
                        metadata: { name: "waits" },
                        spec: { storageClassName: "fast" },
                        status: { phase: "Pending" },
                    },
                    { metadata: { name: "bound" }, spec: {}, status: { phase: "Bound" } },
                    { metadata: { name: "none" }, spec: {}, status: { phase: "Pending" } },
                    {
                        metadata: { name: "slow" },
                        spec: { storageClassName: "nfs" },
                        status: { phase: "Pending" },
                    },
                    {
                        metadata: { name: "lost" },
                        spec: { storageClassName: "nfs" },
                        status: { phase: "Lost" },
                    },
                ],
                events: [
                    ...[0, 1].map((each) =>
                        event(
                            "PersistentVolumeClaim",
                            `persistence-rabbitmq-server-${each}`,
                            "ProvisioningFailed",
                            'storageclass.storage.k8s.io "fast" not found',
                        ),
                    ),
                    event(
                        "PersistentVolumeClaim",
                        "waits",
                        "WaitForFirstConsumer",
                        "waiting for first consumer to be created before binding",
                    ),
                    event(
                        "PersistentVolumeClaim",
                        "none",
                        "FailedBinding",
                        "no persistent volumes available for this claim and no storage class is set",
                    ),
                    event(
                        "PersistentVolumeClaim",
                        "slow",
                        "ExternalProvisioning",
                        "Waiting for a volume to be created either by the external provisioner 'nfs' or manually by the system administrator.",
                    ),
                ],
            },
            [
                '- claims "persistence-rabbitmq-server-0", "persistence-rabbitmq-server-1": storage class "fast" does not exist; create it, or name another one ("storageClass", "databaseStorageClass"; kubectl get storageclass lists them) and delete the claim',
                '- claim "none": it names no storage class, and the cluster has no default class; have an administrator mark a class as default, or name one in the claim',
                '- claim "slow": the provisioner of class "nfs" does not create its volume; check that the storage driver of this class runs',
                '- claim "lost": its volume no longer exists; restore the volume, or delete the claim together with what was on it',
            ],
        ],
        [
            "the last line of a failed Job, and not its pods besides",
            {
                jobs: [
                    {
                        metadata: { name: "spot-database-migration-1" },
                        status: {
                            conditions: [
                                {
                                    type: "FailureTarget",
                                    status: "True",
                                    reason: "BackoffLimitExceeded",
                                    message: "",
                                },
                                {
                                    type: "Failed",
                                    status: "True",
                                    reason: "BackoffLimitExceeded",
                                    message: "Job has reached the specified backoff limit",
                                },
                            ],
                        },
                    },
                ],
                pods: [
                    pod(
                        "spot-database-migration-1-x",
                        {
                            phase: "Failed",
                            ...container({
                                terminated: {
                                    exitCode: 1,
                                    reason: "Error",
                                    message: "connecting\nrole may not create roles",
                                },
                            }),
                        },
                        { labels: { "batch.kubernetes.io/job-name": "spot-database-migration-1" } },
                    ),
                ],
            },
            [
                '- Job "spot-database-migration-1": failed: BackoffLimitExceeded (role may not create roles); correct what the message names, and run the command again, which starts the Job again; kubectl logs job/spot-database-migration-1 shows all of its output',
            ],
        ],
        [
            "a failed Job of CloudNativePG, which no other command starts again",
            {
                jobs: [
                    {
                        metadata: {
                            name: "spot-database-1-initdb",
                            labels: { "cnpg.io/cluster": "spot-database" },
                        },
                        status: {
                            conditions: [
                                {
                                    type: "Failed",
                                    status: "True",
                                    reason: "BackoffLimitExceeded",
                                    message: "Job has reached the specified backoff limit",
                                },
                            ],
                        },
                    },
                ],
            },
            [
                '- Job "spot-database-1-initdb": failed: BackoffLimitExceeded (Job has reached the specified backoff limit); correct what the message names, and delete the Job, so that CloudNativePG starts it again; kubectl logs job/spot-database-1-initdb shows all of its output',
            ],
        ],
        [
            "the reason that an operator's latest warning has",
            {
                scaledObjects: [
                    operated("analyzer-links", {
                        type: "Ready",
                        message: "Triggers defined in ScaledObject are not working correctly",
                    }),
                ],
                events: [
                    event("ScaledObject", "analyzer-links", "KEDAScalerFailed", "an earlier reason", "11:50"),
                    event(
                        "ScaledObject",
                        "analyzer-links",
                        "KEDAScalerFailed",
                        'error establishing rabbitmq connection: Exception (403) Reason: "username or password not allowed"',
                    ),
                    event(
                        "ScaledObject",
                        "analyzer-content",
                        "KEDAScalerFailed",
                        "of another object",
                        "11:59",
                    ),
                ],
            },
            [
                '- ScaledObject "analyzer-links": condition Ready is not met (Error: Triggers defined in ScaledObject are not working correctly: error establishing rabbitmq connection: Exception (403) Reason: "username or password not allowed"); check that KEDA\'s namespace is among "managementNamespaces", so that it reaches the broker',
            ],
        ],
        [
            "what operators report, and operators that do not run",
            {
                brokers: [
                    {
                        metadata: { name: "rabbitmq" },
                        status: {
                            conditions: [
                                {
                                    type: "AllReplicasReady",
                                    status: "False",
                                    reason: "NotAllPodsReady",
                                    message: "0/3 Pods ready",
                                },
                                {
                                    type: "ReconcileSuccess",
                                    status: "False",
                                    reason: "Error",
                                    message: "failed to find secret",
                                },
                                { type: "NoWarnings", status: "True", reason: "NoWarnings" },
                            ],
                        },
                    },
                ],
                databases: [
                    {
                        metadata: { name: "spot-database" },
                        status: {
                            phase: "Unable to create required cluster objects",
                            phaseReason: "secrets is forbidden",
                            conditions: [
                                {
                                    type: "Ready",
                                    status: "False",
                                    reason: "ClusterIsNotReady",
                                    message: "Cluster Is Not Ready",
                                },
                            ],
                        },
                    },
                ],
                scaledObjects: [
                    { metadata: { name: "analyzer-links" } },
                    {
                        metadata: { name: "analyzer-content" },
                        status: {
                            conditions: [
                                { type: "Ready", status: "True" },
                                {
                                    type: "Fallback",
                                    status: "True",
                                    reason: "FallbackExists",
                                    message: "At least one trigger is falling back on this scaled object",
                                },
                            ],
                        },
                    },
                ],
                certificates: [
                    {
                        metadata: { name: "rabbitmq-tls" },
                        status: {
                            conditions: [
                                { type: "Issuing", status: "True", reason: "DoesNotExist" },
                                {
                                    type: "Ready",
                                    status: "False",
                                    reason: "DoesNotExist",
                                    message: "Issuing certificate as Secret does not exist",
                                },
                            ],
                        },
                    },
                ],
                ingresses: [
                    {
                        metadata: { name: "gateway" },
                        spec: { ingressClassName: "nginx" },
                        status: { loadBalancer: {} },
                    },
                    {
                        metadata: { name: "other" },
                        spec: {},
                        status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
                    },
                ],
            },
            [
                '- RabbitmqCluster "rabbitmq": condition ReconcileSuccess is not met (Error: failed to find secret); correct what the message names; the operator\'s log has more',
                '- Cluster "spot-database": condition Ready is not met (ClusterIsNotReady: Cluster Is Not Ready: Unable to create required cluster objects: secrets is forbidden); kubectl describe clusters.postgresql.cnpg.io spot-database shows its events; the operator\'s log has more',
                '- ScaledObject "analyzer-links": KEDA has not looked at it; check that the operator runs, and that it watches this namespace',
                '- ScaledObject "analyzer-content": the scaler does not get metrics (FallbackExists: At least one trigger is falling back on this scaled object); check that KEDA\'s namespace is among "managementNamespaces", so that it reaches the broker',
                '- Certificate "rabbitmq-tls": condition Ready is not met (DoesNotExist: Issuing certificate as Secret does not exist); check the issuer ("tlsIssuer"): kubectl describe issuer,clusterissuer,certificaterequest',
                '- Ingress "gateway": has no address; check that the ingress controller of class "nginx" runs',
            ],
        ],
        [
            "what refuses the objects of operators",
            {
                brokers: [
                    operated("rabbitmq", {
                        type: "ReconcileSuccess",
                        message:
                            'statefulsets.apps "rabbitmq-server" is forbidden: exceeded quota: small, requested: count/statefulsets.apps=1, used: count/statefulsets.apps=0, limited: count/statefulsets.apps=0',
                    }),
                ],
                databases: [
                    operated(
                        "spot-database",
                        { type: "Ready", message: "Cluster Is Not Ready" },
                        {
                            phase: "Unable to create required cluster objects",
                            phaseReason:
                                'creating the job: admission webhook "images.example.com" denied the request: no digest',
                        },
                    ),
                ],
                scaledObjects: [
                    operated("analyzer-links", {
                        type: "Ready",
                        message:
                            'horizontalpodautoscalers.autoscaling is forbidden: User "system:serviceaccount:keda:keda-operator" cannot create resource "horizontalpodautoscalers" in API group "autoscaling" in the namespace "spot-prod"',
                    }),
                ],
                certificates: [
                    operated("rabbitmq-tls", {
                        type: "Ready",
                        message:
                            'Internal error occurred: failed calling webhook "webhook.cert-manager.io": failed to call webhook: Post "https://cert-manager-webhook.cert-manager.svc:443/validate?timeout=30s": no endpoints available for service "cert-manager-webhook"',
                    }),
                ],
            },
            [
                '- RabbitmqCluster "rabbitmq": the RabbitMQ Cluster Operator cannot change its objects: ResourceQuota "small" is exceeded (requested count/statefulsets.apps=1; used count/statefulsets.apps=0; limit count/statefulsets.apps=0); have an administrator raise the quota, or ask for less',
                '- Cluster "spot-database": CloudNativePG cannot change its objects: admission webhook "images.example.com" refuses it (no digest); have an administrator of this webhook allow it, or change what it refuses',
                '- ScaledObject "analyzer-links": KEDA cannot change its objects: "system:serviceaccount:keda:keda-operator" has no right to create horizontalpodautoscalers; have an administrator grant it: apply deploy/rbac.yaml again, or the roles of the operator\'s release',
                '- Certificate "rabbitmq-tls": cert-manager cannot change its objects: admission webhook "webhook.cert-manager.io" does not answer (failed to call webhook: Post "https://cert-manager-webhook.cert-manager.svc:443/validate?timeout=30s": no endpoints available for service "cert-manager-webhook"); start the software that the webhook belongs to, or delete its webhook configuration if the software is no longer installed',
            ],
        ],
        [
            "nothing in objects of an unknown form",
            {
                pods: ["no object", { metadata: { name: "x" } }],
                events: [{}],
                claims: [null],
                jobs: [{ metadata: { name: "y" } }],
            },
            [],
        ],
    ])("finds %s", (_, lists, expected) => {
        expect(causesOf(lists)).toEqual(expected);
    });

    it("has no text without causes, and a title with some", () => {
        expect(renderCauses([])).toBe("");
        const cause = { kind: "pod", names: ["a"], problem: "is slow", wayOut: "wait" };
        expect(renderCauses([cause])).toBe('Not ready on Kubernetes:\n- pod "a": is slow; wait');
    });
});
