import { beforeAll, describe, expect, inject, it } from "vitest";
import { ApiError, connect } from "./support/apiClient.ts";
import type { KubernetesObject } from "./support/object.ts";
import { restrictedNamespace } from "./support/pods.ts";

// What the other files rely on: this server does refuse.

const client = connect(inject("apiServer"));
const namespace = "api-server";

const settings: KubernetesObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace },
    data: { a: "1" },
};

/** As restricted as a pod can be. */
const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

function podWith(container: Readonly<Record<string, unknown>>, spec = {}): KubernetesObject {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "pod", namespace },
        spec: { ...spec, containers: [{ name: "main", image: "example.com/main:1", ...container }] },
    };
}

/** What the server says to a request. */
async function refusal(request: Promise<unknown>): Promise<string> {
    return await request.then(
        () => "accepted",
        (error: unknown) => {
            if (error instanceof ApiError) {
                return `${error.code} ${error.message}`;
            }
            throw error;
        },
    );
}

beforeAll(async () => {
    await client.create(restrictedNamespace(namespace));
    await client.create({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "default", namespace },
    });
});

describe("the API server", () => {
    it("knows the kinds of the operators that the program uses", async () => {
        const groups = ["rabbitmq.com/v1beta1", "keda.sh/v1alpha1", "monitoring.coreos.com/v1"];
        const kinds = await Promise.all(
            groups.map(async (group) => {
                const { resources } = (await client.get(`/apis/${group}`)) as {
                    resources: { kind: string }[];
                }; // the documented shape
                return resources.map(({ kind }) => kind);
            }),
        );
        for (const kind of [
            "RabbitmqCluster",
            "ScaledObject",
            "TriggerAuthentication",
            "ServiceMonitor",
            "PrometheusRule",
        ]) {
            expect(kinds.flat()).toContain(kind);
        }
    });

    it("stores nothing new when the same is applied again, and does when it differs", async () => {
        const first = await client.apply(settings);
        expect(await client.apply(settings)).toEqual(first);
        const changed = await client.apply({ ...settings, data: { a: "2" } });
        expect(changed.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    });

    it.each([
        ["of its own kind", { ...settings, dta: {} }, ".dta: field not declared in schema"],
        [
            "deep inside",
            podWith({ securityContext, volumeMount: [] }),
            '.spec.containers[name="main"].volumeMount: field not declared in schema',
        ],
        [
            "of a custom resource",
            {
                apiVersion: "rabbitmq.com/v1beta1",
                kind: "RabbitmqCluster",
                metadata: { name: "rabbitmq", namespace },
                spec: { replica: 3 },
            },
            ".spec.replica: field not declared in schema",
        ],
    ])("refuses a misspelt field %s", async (_, object, words) => {
        expect(await refusal(client.apply(object))).toContain(words);
    });

    it("accepts a restricted pod", async () => {
        await client.create(podWith({ securityContext }), { dryRun: true });
    });

    it.each([
        [
            "with all rights",
            { securityContext: { ...securityContext, privileged: true, allowPrivilegeEscalation: true } },
            {},
        ],
        ["without a user", { securityContext: { ...securityContext, runAsNonRoot: false } }, {}],
        ["with capabilities", { securityContext: { ...securityContext, capabilities: {} } }, {}],
        ["without seccomp", { securityContext: { ...securityContext, seccompProfile: undefined } }, {}],
        ["in the host's network", { securityContext }, { hostNetwork: true }],
        [
            "with the host's files",
            { securityContext },
            { volumes: [{ name: "host", hostPath: { path: "/" } }] },
        ],
    ])("refuses a pod %s", async (_, container, spec) => {
        expect(await refusal(client.create(podWith(container, spec), { dryRun: true }))).toMatch(
            /^403 .*violates PodSecurity "restricted:latest"/,
        );
    });

    it("refuses a request that an identity has no permission for", async () => {
        const account = {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "unprivileged", namespace },
        };
        await client.create(account);
        const unprivileged = client.as(await client.tokenOf(account));
        expect(await refusal(unprivileged.apply(settings))).toMatch(
            /^403 .*"system:serviceaccount:api-server:unprivileged" cannot patch resource "configmaps"/,
        );
    });
});
