import type { KubernetesObject } from "./object.ts";

interface ClusterSpec {
    readonly replicas: number;
    readonly image: string;
    readonly resources: unknown;
    readonly affinity: unknown;
    readonly terminationGracePeriodSeconds: number;
    readonly override: { readonly statefulSet: { readonly spec: unknown } };
}

/** What a `RabbitmqCluster` asks for. */
export function clusterSpec(cluster: KubernetesObject): ClusterSpec {
    return cluster["spec"] as ClusterSpec; // as its definition has it
}

/**
 * The workload that the RabbitMQ Cluster Operator 2.16 makes of a `RabbitmqCluster` before it merges the override into it, as far as admission
 * looks at it: user, rights and volumes of pod and containers. Later operators set more of what a restricted namespace asks for. Written down by
 * hand; the operator itself runs in tests/cluster.
 */
export function operatorStatefulSet(cluster: KubernetesObject): KubernetesObject {
    const { name } = cluster.metadata;
    const { replicas, image, resources, affinity, terminationGracePeriodSeconds } = clusterSpec(cluster);
    const labels = { "app.kubernetes.io/name": name };
    const container = { image, resources };
    return {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { ...cluster.metadata, name: `${name}-server` },
        spec: {
            serviceName: `${name}-nodes`,
            replicas,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    securityContext: { fsGroup: 0, runAsUser: 999 },
                    affinity,
                    terminationGracePeriodSeconds,
                    initContainers: [{ ...container, name: "setup-container" }],
                    containers: [{ ...container, name: "rabbitmq" }],
                    volumes: [
                        { name: "persistence", emptyDir: {} },
                        { name: "tls", secret: { secretName: `${name}-tls` } },
                        { name: "pod-info", downwardAPI: {} },
                    ],
                },
            },
        },
    };
}
