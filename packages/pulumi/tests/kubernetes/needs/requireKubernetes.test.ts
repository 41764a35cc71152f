import { describe, expect, it } from "vitest";
import type { NeededKind } from "../../../src/kubernetes/kubernetesKind.ts";
import { requireKinds, requireKubernetes } from "../../../src/kubernetes/needs/requireKubernetes.ts";
import { answerJson, fakeApiServer, kubeconfigOf } from "../fakeApiServer.ts";

// What a real server answers is tested in tests/kube.

const kinds: readonly NeededKind[] = [{ apiVersion: "example.com/v1", kind: "Thing", wayOut: "install it" }];
const namespace = "shop";

describe("requireKubernetes", () => {
    it("sends no request if nothing is needed", async () => {
        const { url, calls } = await fakeApiServer(answerJson(500, {}));
        await requireKubernetes({ kubeconfig: kubeconfigOf(url) }, {});
        await requireKubernetes({ kubeconfig: kubeconfigOf(url) }, { kinds: [] });
        expect(calls()).toBe(0);
    });

    it("skips what the identity may not read", async () => {
        const { url } = await fakeApiServer(
            answerJson(403, { message: 'storageclasses is forbidden: User "deployer" cannot list' }),
        );
        const objects = [{ kind: "StorageClass", name: "fast", setting: "storageClass" }] as const;
        const needs = { version: "1.30", namespace, kinds, objects };
        await expect(requireKubernetes({ kubeconfig: kubeconfigOf(url) }, needs)).resolves.toBeUndefined();
    });

    it("reports everything together", async () => {
        const answers: Readonly<Record<string, unknown>> = {
            "/version": { major: "1", minor: "29+" },
            [`/api/v1/namespaces/${namespace}`]: {
                metadata: { deletionTimestamp: "2026-05-04T10:00:00Z" },
                status: {
                    conditions: [
                        { type: "NamespaceDeletionContentFailure", status: "False", message: "all deleted" },
                        {
                            type: "NamespaceFinalizersRemaining",
                            status: "True",
                            message:
                                "Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances",
                        },
                    ],
                },
            },
            "/apis/example.com": { versions: [{ groupVersion: "example.com/v2" }] },
            "/apis/keda.sh/v1alpha1": { resources: [{ kind: "ScaledObject" }, { kind: "ScaledJob" }] },
            "/openapi/v3/apis/keda.sh/v1alpha1": {
                components: {
                    schemas: {
                        x: {
                            properties: {
                                spec: {
                                    required: ["triggers"],
                                    properties: { fallback: { enum: ["static"] }, triggers: {} },
                                },
                            },
                            "x-kubernetes-group-version-kind": [
                                { group: "keda.sh", version: "v1alpha1", kind: "ScaledObject" },
                            ],
                        },
                    },
                },
            },
            "/apis/storage.k8s.io/v1/storageclasses": {
                items: [{ metadata: { name: "standard" } }, { metadata: { name: "local" } }],
            },
            "/apis/networking.k8s.io/v1/ingressclasses": { items: [] },
            [`/apis/cert-manager.io/v1/namespaces/${namespace}/issuers`]: {
                items: [{ metadata: { name: "ours" } }],
            },
        };
        const { url } = await fakeApiServer((request, response) => {
            const value = answers[request.url ?? ""];
            answerJson(value === undefined ? 404 : 200, value ?? { message: "not found" })(request, response);
        });
        const needs = {
            version: "1.30",
            namespace,
            kinds: [
                ...kinds,
                {
                    apiVersion: "keda.sh/v1alpha1",
                    kind: "ScaledObject",
                    wayOut: "install KEDA",
                    versions: "KEDA 2.17 or later",
                    manifest: { spec: { fallback: "other", cooldown: 1 } },
                },
                { apiVersion: "keda.sh/v1alpha1", kind: "TriggerAuthentication", wayOut: "install KEDA" },
                { apiVersion: "none.org/v1", kind: "A", wayOut: "install none" },
                { apiVersion: "none.org/v1", kind: "B", wayOut: "install none" },
            ],
            objects: [
                { kind: "StorageClass", name: "fast", setting: "storageClass" },
                { kind: "StorageClass", name: "standard", setting: "otherStorageClass" },
                { kind: "StorageClass", name: "fast", setting: "databaseStorageClass" },
                { kind: "IngressClass", name: "nginx", setting: "ingressClass" },
                { kind: "Issuer", name: "mine", setting: "tlsIssuer" },
                { kind: "ClusterIssuer", name: "internal", setting: "tlsIssuer" },
            ],
        } as const;
        await expect(requireKubernetes({ kubeconfig: kubeconfigOf(url) }, needs)).rejects.toThrow(
            [
                `Kubernetes at ${url} cannot run this stack:`,
                '- version "1.29": is older than 1.30; upgrade Kubernetes',
                `- namespace "${namespace}": is being deleted since 2026-05-04T10:00:00Z (Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances); have an administrator start the software that removes these finalizers, wait until it is deleted, have an administrator create it again with the rights of the deploying identity, and run the command again`,
                '- kind "Thing" of example.com/v1: the installed version has example.com/v2 instead; install another version',
                '- kind "ScaledObject" of keda.sh/v1alpha1: the installed version does not know "spec.cooldown"; install KEDA 2.17 or later',
                '- kind "ScaledObject" of keda.sh/v1alpha1: the installed version does not accept "other" as "spec.fallback"; install KEDA 2.17 or later',
                '- kind "ScaledObject" of keda.sh/v1alpha1: the installed version requires "spec.triggers", which this stack does not set; install KEDA 2.17 or later',
                '- kind "TriggerAuthentication" of keda.sh/v1alpha1: not installed; install KEDA',
                '- kind "A" of none.org/v1, kind "B" of none.org/v1: not installed; install none',
                '- storage class "fast" (storageClass, databaseStorageClass): does not exist; name one of "local", "standard", or create it',
                '- ingress class "nginx" (ingressClass): does not exist; there is none; create it',
                '- Issuer "mine" (tlsIssuer): does not exist; name "ours", or create it',
            ].join("\n"),
        );
    });

    it.each([
        [
            "NamespaceDeletionDiscoveryFailure",
            "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1",
            "have an administrator start the server of this API, or delete its APIService if nothing serves it, wait until it is deleted, ",
        ],
        [
            "NamespaceDeletionContentFailure",
            "Failed to delete all resource types, 1 remaining: Internal error occurred: error resolving resource",
            "wait until it is deleted, ",
        ],
    ])("names what ends the deletion of a namespace by its condition %s", async (type, message, steps) => {
        const conditions = [{ type, status: "True", message }];
        const { url } = await fakeApiServer(
            answerJson(200, {
                metadata: { deletionTimestamp: "2026-05-04T10:00:00Z" },
                status: { conditions },
            }),
        );
        await expect(requireKubernetes({ kubeconfig: kubeconfigOf(url) }, { namespace })).rejects.toThrow(
            `- namespace "${namespace}": is being deleted since 2026-05-04T10:00:00Z (${message}); ${steps}have an`,
        );
    });

    it("hands the reason to the caller that goes on without an answer", async () => {
        const reasons: string[] = [];
        await requireKubernetes({ kubeconfig: "{}" }, { kinds }, ({ message }) => {
            reasons.push(message);
        });
        expect(reasons).toHaveLength(1);
        expect(reasons[0]).toContain("the kubeconfig names no current context");
    });
});

describe("requireKinds", () => {
    it("reports nothing if nothing answers", async () => {
        const { url } = await fakeApiServer(answerJson(401, {}));
        await expect(requireKinds({ kubeconfig: kubeconfigOf(url) }, kinds)).resolves.toBeUndefined();
    });
});
