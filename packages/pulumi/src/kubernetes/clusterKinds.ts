import type { Cluster } from "../cluster/cluster.ts";
import { toCertificateArgs } from "./broker/certificate.ts";
import { toRabbitmqClusterArgs } from "./broker/rabbitmqCluster.ts";
import type { KubernetesKind, NeededKind } from "./kubernetesKind.ts";
import { operatorKinds } from "./operatorKinds.ts";

/** The ways out if a kind is not installed, with the names of the caller's settings. */
export interface KindWaysOut {
    readonly operator: string;
    readonly authority: string;
    readonly monitoring: string;
}

const waysOut: KindWaysOut = {
    operator: 'install the RabbitMQ Cluster Operator, or name the URL of its release in "operatorManifest"',
    authority: 'install cert-manager, or write { kind: "own" } as "authority"',
    monitoring: 'install the Prometheus operator, or leave out "monitoring"',
};

/** The kinds that must be installed before a cluster is created; empty outside Kubernetes. */
export function clusterKinds(cluster: Cluster, words: Partial<KindWaysOut> = {}): readonly NeededKind[] {
    if (cluster.kind !== "kubernetes") {
        return [];
    }
    const { operator, authority, monitoring } = { ...waysOut, ...words };
    const { rabbitmqCluster, certificate, serviceMonitor, prometheusRule } = operatorKinds;
    return [
        ...(cluster.operatorManifest === undefined
            ? [
                  {
                      ...rabbitmqCluster,
                      wayOut: operator,
                      manifest: toRabbitmqClusterArgs(cluster),
                      versions: "RabbitMQ Cluster Operator 2.16 or later",
                  },
              ]
            : []),
        ...(cluster.authority.kind === "own"
            ? []
            : [
                  {
                      ...certificate,
                      wayOut: authority,
                      manifest: toCertificateArgs(cluster, cluster.authority),
                      versions: "cert-manager 1.15 or later",
                  },
              ]),
        ...(cluster.monitoring === undefined ? [] : needed(monitoring, serviceMonitor, prometheusRule)),
    ];
}

function needed(wayOut: string, ...kinds: readonly KubernetesKind[]): readonly NeededKind[] {
    return kinds.map((each) => ({ ...each, wayOut }));
}
