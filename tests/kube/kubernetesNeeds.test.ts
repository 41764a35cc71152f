import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NeededKind } from "@spot-messaging/pulumi/kubernetes";
import { type KubernetesNeeds, requireKubernetes } from "@spot-messaging/pulumi/operators";
import { beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { z } from "zod";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { kubernetesNeeds } from "../../src/services/kubernetes/kubernetesNeeds.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { prodConfig } from "../unit/environments.ts";
import { connect } from "./support/apiClient.ts";
import { storeAll } from "./support/declaredObjects.ts";
import { kubeconfig } from "./support/kubeconfig.ts";
import { clusterObject, namedObjects } from "./support/namedObjects.ts";
import type { KubernetesObject } from "./support/object.ts";
import { deployer, grantedObjects } from "./support/rights.ts";

const server = inject("apiServer");
const administrator = connect(server);
const namespace = "kubernetes-needs";

/** It can only log in. */
const unprivileged: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "unprivileged", namespace },
};

const environment = parseEnvironment("prod", {
    ...prodConfig,
    gatewayHost: "spot.example.com",
    ingressClass: "nginx",
    ingressNamespace: "ingress-nginx",
    ingressTlsSecret: "spot-example-com",
});
const needs = kubernetesNeeds(environment, buildTopology(environment));

const unknownKinds: readonly NeededKind[] = [
    { apiVersion: "example.com/v1", kind: "Thing", wayOut: "install things" },
    { apiVersion: "keda.sh/v1alpha1", kind: "ScaledThing", wayOut: "install newer things" },
    { apiVersion: "example.com/v1", kind: "OtherThing", wayOut: "install things" },
    { apiVersion: "keda.sh/v9", kind: "ScaledObject", wayOut: "install KEDA", versions: "KEDA 9" },
];

const missingKinds = [
    `Kubernetes at ${server.url} cannot run this stack:`,
    '- kind "Thing" of example.com/v1, kind "OtherThing" of example.com/v1: not installed; install things',
    '- kind "ScaledThing" of keda.sh/v1alpha1: not installed; install newer things',
    '- kind "ScaledObject" of keda.sh/v9: the installed version has keda.sh/v1alpha1 instead; install KEDA 9',
].join("\n");

let identity: string;
let deployment: string;

beforeAll(async () => {
    await storeAll(administrator, [
        clusterObject("v1", "Namespace", namespace),
        unprivileged,
        ...grantedObjects,
    ]);
    identity = kubeconfig(server, await administrator.tokenOf(unprivileged));
    deployment = kubeconfig(server, await administrator.tokenOf(deployer));
});

async function refusal(config: string, of: KubernetesNeeds): Promise<string> {
    return await requireKubernetes({ kubeconfig: config }, of).then(
        () => "accepted",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
}

describe("requireKubernetes", () => {
    it("names the classes and issuers of the prod stack that do not exist, and those that do", async () => {
        const other = clusterObject("storage.k8s.io/v1", "StorageClass", "slow", {
            provisioner: "example.com/disk",
        });
        await administrator.create(other);
        expect(await refusal(deployment, needs)).toBe(
            [
                `Kubernetes at ${server.url} cannot run this stack:`,
                '- storage class "fast" (storageClass, databaseStorageClass): does not exist; name "slow", or create it',
                '- ClusterIssuer "internal" (tlsIssuer): does not exist; there is none; create it',
                '- ingress class "nginx" (ingressClass): does not exist; there is none; create it',
            ].join("\n"),
        );
        await administrator.remove(other);
    });

    it("passes if Kubernetes has everything that the prod stack needs", async () => {
        expect(needs.kinds).toHaveLength(8);
        expect(needs.objects).toHaveLength(4);
        await storeAll(administrator, namedObjects);
        expect(await refusal(deployment, needs)).toBe("accepted");
        for (const each of namedObjects) {
            await administrator.remove(each);
        }
    });

    it("names every right that an identity lacks", async () => {
        const resources = [
            ...["configmaps", "secrets", "serviceaccounts", "services", "deployments.apps"],
            ...["ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io"],
            ...[
                "poddisruptionbudgets.policy",
                "rabbitmqclusters.rabbitmq.com",
                "certificates.cert-manager.io",
            ],
            ...[
                "scaledobjects.keda.sh",
                "triggerauthentications.keda.sh",
                "podmonitors.monitoring.coreos.com",
            ],
            ...["prometheusrules.monitoring.coreos.com", "servicemonitors.monitoring.coreos.com"],
            ...["jobs.batch", "clusters.postgresql.cnpg.io"],
        ];
        expect(await refusal(identity, needs)).toBe(
            [
                `Kubernetes at ${server.url} cannot run this stack:`,
                `- namespace "spot-prod": this identity has no right to get, list, watch, create, patch, delete ${resources.join(", ")}; have an administrator apply deploy/rbac.yaml of this release, with the name of your namespace`,
            ].join("\n"),
        );
        const administrators = kubeconfig(server, server.token);
        expect(
            await refusal(administrators, { namespace, ...(needs.rights && { rights: needs.rights }) }),
        ).toBe("accepted");
    });

    it("checks only what every user can read for an identity without rights", async () => {
        const { rights, ...readable } = needs;
        expect(rights?.rules.length).toBeGreaterThan(0);
        expect(await refusal(identity, readable)).toBe("accepted");
        expect(await refusal(identity, { ...readable, version: "1.99" })).toMatch(
            /^Kubernetes at \S+ cannot run this stack:\n- version "1\.\d+": is older than 1\.99; upgrade Kubernetes$/,
        );
    });

    it("names every missing kind, and how to install it", async () => {
        const kinds = [...(needs.kinds ?? []), ...unknownKinds];
        expect(await refusal(identity, { kinds })).toBe(missingKinds);
    });

    it("names the fields that an older definition does not have, and those that a newer one requires", async () => {
        const [published] = (
            await administrator.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        ).filter(({ metadata }) => metadata.name === "rabbitmqclusters.rabbitmq.com");
        const [needed] = (needs.kinds ?? []).filter(({ kind }) => kind === "RabbitmqCluster");
        if (published === undefined || needed === undefined) {
            throw new Error("the server and the stack have the kind");
        }
        const definition = withoutFields(published);
        await administrator.create(definition);
        onTestFinished(() => administrator.remove(definition));
        const other = { ...needed, apiVersion: "old.example.com/v1beta1" };
        const place = '- kind "RabbitmqCluster" of old.example.com/v1beta1';
        const wayOut = "install RabbitMQ Cluster Operator 2.16 or later";
        await expect
            .poll(async () => await refusal(identity, { kinds: [other] }), { timeout: 30_000, interval: 500 })
            .toBe(
                [
                    `Kubernetes at ${server.url} cannot run this stack:`,
                    `${place}: the installed version does not know "spec.autoEnableAllFeatureFlags", "spec.tls.disableNonTLSListeners"; ${wayOut}`,
                    `${place}: the installed version requires "spec.edition", which this stack does not set; ${wayOut}`,
                ].join("\n"),
            );
    });

    it("refuses a namespace that is being deleted, and repeats why it stays", async () => {
        const space = clusterObject("v1", "Namespace", "spot-leaving");
        await administrator.create(space);
        await administrator.remove(space);
        const message =
            "Some content in the namespace has finalizers remaining: deletion.finalizers.rabbitmqclusters.rabbitmq.com in 1 resource instances";
        const conditions = [
            { type: "NamespaceFinalizersRemaining", status: "True", reason: "SomeFinalizersRemain", message },
        ];
        await administrator.setStatus(space, { conditions });
        const leaving = { namespace: space.metadata.name };
        const administrators = kubeconfig(server, server.token);
        expect(await refusal(administrators, leaving)).toMatch(
            new RegExp(
                `- namespace "spot-leaving": is being deleted since [\\d:TZ-]+ \\(${message}\\); have an administrator start the software that removes these finalizers, wait until it is deleted, `,
            ),
        );
        expect(await refusal(administrators, { namespace: "spot-new" })).toBe("accepted");
        expect(await refusal(administrators, { namespace: "default" })).toBe("accepted");
    });

    it("uses the cluster of the kubeconfig's file and context", async () => {
        const folder = await mkdtemp(join(tmpdir(), "needs-"));
        onTestFinished(() => rm(folder, { recursive: true }));
        const file = join(folder, "kubeconfig");
        await writeFile(file, identity);
        const kinds = unknownKinds;
        await expect(requireKubernetes({ kubeconfig: file, context: "test" }, { kinds })).rejects.toThrow(
            missingKinds,
        );
        const elsewhere = requireKubernetes({ kubeconfig: file, context: "elsewhere" }, { kinds });
        await expect(elsewhere).rejects.toThrow('the kubeconfig has no context "elsewhere"; it has "test"');
    });

    it("says that a token is not accepted", async () => {
        expect(await refusal(kubeconfig(server, "no token"), needs)).toBe(
            `Kubernetes at ${server.url} does not accept the credentials of context "test" (401 Unauthorized); log in again or renew the token in the kubeconfig`,
        );
    });

    it.each([
        ["of another authority", /"certificate-authority-data":"[^"]*"/, '"insecure-skip-tls-verify":false'],
        ["for another host", /"server":/, '"tls-server-name":"other.example.com","server":'],
    ])("says that the certificate is one %s", async (_, part, replacement) => {
        expect(await refusal(identity.replace(part, replacement), needs)).toMatch(
            new RegExp(
                `^Kubernetes at ${server.url} has a certificate that is not trusted \\(.+\\); write its authority into "certificate-authority-data" of the kubeconfig, and use a host name or address that the certificate has$`,
            ),
        );
    });
});

const crd = z.looseObject({
    spec: z.looseObject({
        names: z.record(z.string(), z.unknown()),
        scope: z.string(),
        versions: z.array(z.record(z.string(), z.unknown())),
    }),
});

/** A definition in another group that lacks two fields and requires another one. */
function withoutFields(published: KubernetesObject): KubernetesObject {
    const { spec } = crd.parse(structuredClone(published));
    const versions = JSON.parse(
        JSON.stringify(spec.versions).replace(
            /"(?:disableNonTLSListeners|autoEnableAllFeatureFlags)":\{[^{}]*\},?/g,
            "",
        ),
    ) as {
        schema: { openAPIV3Schema: { properties: { spec: { properties: object; required?: string[] } } } };
    }[]; // as published
    for (const { schema } of versions) {
        const own = schema.openAPIV3Schema.properties.spec;
        own.properties = { ...own.properties, edition: { type: "string" } };
        own.required = ["edition"];
    }
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: "rabbitmqclusters.old.example.com" },
        spec: { group: "old.example.com", names: spec.names, scope: spec.scope, versions },
    };
}
