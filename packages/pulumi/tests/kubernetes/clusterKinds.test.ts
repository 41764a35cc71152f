import { bytes } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import type { Cluster, KubernetesCluster } from "../../src/cluster/cluster.ts";
import { brokerMetadata } from "../../src/kubernetes/broker/place.ts";
import { clusterKinds } from "../../src/kubernetes/clusterKinds.ts";

const cluster: KubernetesCluster = {
    kind: "kubernetes",
    namespace: "shop",
    nodes: 3,
    image: "rabbitmq@sha256:0",
    imagePullSecrets: [],
    zones: ["a", "b", "c"],
    cpus: 1,
    memory: bytes("2 GiB"),
    memoryWatermarkPercent: 60,
    storage: { storageClass: "fast", size: bytes("10 GiB") },
    diskFreeLimit: bytes("2 GiB"),
    authority: { kind: "ClusterIssuer", name: "internal" },
    managementNamespaces: [],
    nameServers: [],
    monitoring: { namespace: "monitoring", labels: {} },
};
const docker: Cluster = {
    kind: "docker",
    nodes: 1,
    image: "rabbitmq",
    ports: { amqp: 5672, management: 15_672, prometheus: 15_692 },
};

describe("clusterKinds", () => {
    it("are those of the operators that the cluster needs, each with the way out", () => {
        expect(clusterKinds(cluster).map(({ kind, wayOut }) => `${kind}: ${wayOut}`)).toEqual([
            'RabbitmqCluster: install the RabbitMQ Cluster Operator, or name the URL of its release in "operatorManifest"',
            'Certificate: install cert-manager, or write { kind: "own" } as "authority"',
            'ServiceMonitor: install the Prometheus operator, or leave out "monitoring"',
            'PrometheusRule: install the Prometheus operator, or leave out "monitoring"',
        ]);
    });

    it("have the way out in the words of a program's own configuration", () => {
        const [, certificate] = clusterKinds(cluster, { authority: 'set "issuer" to own' });
        expect(certificate?.wayOut).toBe('set "issuer" to own');
    });

    it("are empty in Docker", () => {
        expect(clusterKinds(docker)).toEqual([]);
    });
});

describe("the labels of the broker's objects", () => {
    it.each([
        [undefined, "rabbitmq"],
        ["shop", "shop"],
    ])("name application %j as %j", (partOf, label) => {
        const { labels } = brokerMetadata(
            { ...cluster, ...(partOf !== undefined && { partOf }) },
            "rabbitmq",
        );
        expect(labels["app.kubernetes.io/part-of"]).toBe(label);
    });
});
