import { kubernetesReader } from "@spot-messaging/pulumi/operators";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { renderCauses } from "../../src/cli/diagnosis/cause.ts";
import { diagnose } from "../../src/cli/diagnosis/diagnose.ts";
import { readNamespace } from "../../src/cli/diagnosis/readNamespace.ts";
import { ApiError, connect } from "./support/apiClient.ts";
import { storeAll } from "./support/declaredObjects.ts";
import { kubeconfig } from "./support/kubeconfig.ts";
import { clusterObject } from "./support/namedObjects.ts";
import type { KubernetesObject } from "./support/object.ts";
import { grantedObjects } from "./support/rights.ts";

// The server refuses pods as any server does; the events are written as the controllers would. Not proved here: that a kubelet or a scheduler
// uses these words, since none runs.

const server = inject("apiServer");
const administrator = connect(server);
const namespace = "diagnosis";
const labels = { "kubernetes.io/metadata.name": namespace };

function inside(apiVersion: string, kind: string, name: string, content = {}): KubernetesObject {
    return { apiVersion, kind, metadata: { name, namespace }, ...content };
}

const account = inside("v1", "ServiceAccount", "deployer");
/** The deploying identity's role, for an identity of this test. */
const rights = [
    ...grantedObjects
        .filter(({ kind }) => kind === "Role")
        .map((role) => ({ ...role, metadata: { ...role.metadata, namespace } })),
    inside("rbac.authorization.k8s.io/v1", "RoleBinding", "spot-messaging", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "spot-messaging" },
        subjects: [{ kind: "ServiceAccount", name: "deployer", namespace }],
    }),
];

const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

function pod(container: Readonly<Record<string, unknown>> = {}, spec = {}): KubernetesObject {
    const own = { name: "service", image: "example.com/spot:1", securityContext, ...container };
    return inside("v1", "Pod", "gateway-1", { spec: { ...spec, containers: [own] } });
}

let identity: string;

beforeAll(async () => {
    const space = {
        ...clusterObject("v1", "Namespace", namespace),
        metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    };
    const usual = inside("v1", "ServiceAccount", "default");
    await storeAll(administrator, [space, account, usual, ...rights]);
    identity = kubeconfig(server, await administrator.tokenOf(account));
});

async function causes(): Promise<string> {
    return renderCauses(
        diagnose(await readNamespace(kubernetesReader({ kubeconfig: identity }), namespace), Date.now()),
    );
}

/** Lets a ReplicaSet's controller fail to create a pod, and writes its event. */
async function failToCreate(refused: KubernetesObject): Promise<void> {
    const message = await administrator.create(refused).then(
        () => "created",
        (error: unknown) => (error instanceof ApiError ? error.message : String(error)),
    );
    await writeEvent("ReplicaSet", "gateway-abc", "FailedCreate", `Error creating: ${message}`);
}

async function writeEvent(kind: string, name: string, reason: string, message: string): Promise<void> {
    const time = new Date().toISOString();
    await administrator.apply(
        inside("v1", "Event", "gateway-abc.1", {
            type: "Warning",
            reason,
            message,
            involvedObject: { apiVersion: "apps/v1", kind, name, namespace },
            firstTimestamp: time,
            lastTimestamp: time,
            source: { component: "replicaset-controller" },
        }),
    );
}

interface Refusal {
    /** What is installed in the cluster while the pod is created. */
    readonly objects: readonly KubernetesObject[];
    readonly status?: readonly [KubernetesObject, unknown];
    readonly pod?: KubernetesObject;
    readonly words: string;
}

const quota = inside("v1", "ResourceQuota", "small", {
    spec: { hard: { pods: "2", "limits.memory": "1Gi" } },
});
const hard = { hard: { pods: "2", "limits.memory": "1Gi" }, used: { pods: "2", "limits.memory": "512Mi" } };
const limited = pod({ resources: { limits: { memory: "256Mi" } } });
const policyName = "digests.example.com";
const policies = [
    clusterObject("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", policyName, {
        spec: {
            failurePolicy: "Fail",
            matchConstraints: {
                namespaceSelector: { matchLabels: labels },
                resourceRules: [
                    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
                ],
            },
            validations: [
                {
                    expression: "object.spec.containers.all(c, c.image.contains('@sha256:'))",
                    message: "images must have a digest",
                },
            ],
        },
    }),
    clusterObject("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "digests", {
        spec: { policyName, validationActions: ["Deny"] },
    }),
];
const webhook = clusterObject(
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
    "missing",
    {
        webhooks: [
            {
                name: "pods.example.com",
                clientConfig: { url: "https://127.0.0.1:1/check" },
                failurePolicy: "Fail",
                sideEffects: "None",
                admissionReviewVersions: ["v1"],
                namespaceSelector: { matchLabels: labels },
                rules: [
                    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
                ],
            },
        ],
    },
);

describe("the causes that a real API server gives", () => {
    it.each<[string, Refusal]>([
        [
            "an exceeded quota",
            {
                objects: [quota],
                status: [quota, hard],
                pod: limited,
                words: 'ResourceQuota "small" is exceeded (requested pods=1; used pods=2; limit pods=2)',
            },
        ],
        [
            "a quota for values that a pod does not have",
            {
                objects: [quota],
                status: [quota, { ...hard, used: {} }],
                words: 'ResourceQuota "small" requires values that the pod does not have (must specify limits.memory',
            },
        ],
        [
            "a limit range",
            {
                objects: [
                    inside("v1", "LimitRange", "small", {
                        spec: { limits: [{ type: "Container", max: { memory: "128Mi" } }] },
                    }),
                ],
                pod: limited,
                words: "a LimitRange refuses it (maximum memory usage per Container is 128Mi, but limit is 256Mi)",
            },
        ],
        [
            "the namespace's Pod Security level",
            {
                objects: [],
                pod: pod({ securityContext: {} }),
                words: 'Pod Security level "restricted:latest" refuses the pod (allowPrivilegeEscalation != false (container "service" must set',
            },
        ],
        [
            "an admission policy",
            {
                objects: policies,
                words: `ValidatingAdmissionPolicy "${policyName}" refuses it by binding "digests" (images must have a digest)`,
            },
        ],
        [
            "a webhook that does not answer",
            {
                objects: [webhook],
                words: 'admission webhook "pods.example.com" does not answer (failed to call webhook',
            },
        ],
        [
            "a missing service account",
            {
                objects: [],
                pod: pod({}, { serviceAccountName: "gateway" }),
                words: 'service account "gateway" does not exist',
            },
        ],
        [
            "a missing priority class",
            {
                objects: [],
                pod: pod({}, { priorityClassName: "high" }),
                words: 'PriorityClass "high" does not exist',
            },
        ],
    ])("include %s", async (_, { objects, status, pod: refused = pod(), words }) => {
        await storeAll(administrator, objects);
        if (status !== undefined) {
            await administrator.setStatus(...status);
        }
        try {
            // Admission plugins see a new object a moment later.
            await expect
                .poll(
                    async () => {
                        await failToCreate(refused);
                        return await causes();
                    },
                    { timeout: 30_000, interval: 500 },
                )
                .toContain(`Not ready on Kubernetes:\n- ReplicaSet "gateway-abc": ${words}`);
        } finally {
            for (const object of [...objects].reverse()) {
                await administrator.remove(object);
            }
            await administrator.remove(pod()).catch(ignoreMissing);
        }
    });

    it("include the states of pods, claims and operators' objects, read by the deploying identity", async () => {
        await writeEvent("ReplicaSet", "gateway-abc", "SuccessfulCreate", "Created pod: gateway-1");
        const claim = inside("v1", "PersistentVolumeClaim", "persistence-0", {
            spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: "fast",
                resources: { requests: { storage: "1Gi" } },
            },
        });
        const scaled = inside("keda.sh/v1alpha1", "ScaledObject", "gateway", {
            spec: { scaleTargetRef: { name: "gateway" }, triggers: [{ type: "rabbitmq", metadata: {} }] },
        });
        await expect.poll(async () => await created(pod()), { timeout: 30_000 }).toBe(true);
        await storeAll(administrator, [claim, scaled]);
        await administrator.setStatus(pod(), {
            phase: "Pending",
            conditions: [
                {
                    type: "PodScheduled",
                    status: "False",
                    reason: "Unschedulable",
                    message: "0/1 nodes are available: 1 Insufficient cpu.",
                },
            ],
        });
        await administrator.apply(
            inside("v1", "Event", "claim.1", {
                type: "Warning",
                reason: "ProvisioningFailed",
                message: 'storageclass.storage.k8s.io "fast" not found',
                involvedObject: { kind: "PersistentVolumeClaim", name: "persistence-0", namespace },
                lastTimestamp: new Date().toISOString(),
            }),
        );
        expect((await causes()).split("\n").map((line) => line.split("; ")[0])).toEqual([
            "Not ready on Kubernetes:",
            '- claim "persistence-0": storage class "fast" does not exist',
            '- pod "gateway-1": no node fits (0/1 nodes are available: 1 Insufficient cpu)',
            '- ScaledObject "gateway": KEDA has not looked at it',
        ]);
    });

    it("are missing where the identity may read nothing", async () => {
        const elsewhere = await readNamespace(kubernetesReader({ kubeconfig: identity }), "default");
        expect(renderCauses(diagnose(elsewhere, Date.now()))).toBe("");
    });
});

async function created(object: KubernetesObject): Promise<boolean> {
    return await administrator.create(object).then(
        () => true,
        () => false,
    );
}

function ignoreMissing(error: unknown): void {
    if (!(error instanceof ApiError) || error.code !== 404) {
        throw error;
    }
}
