import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../cluster/cluster.ts";
import type { Plain } from "../../translate/plain.ts";
import { partOf } from "../labels.ts";

/**
 * The stack's own namespace, which enforces the Pod Security Standard "restricted".
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function toNamespaceArgs(cluster: KubernetesCluster): Plain<k8s.core.v1.NamespacePatchArgs> {
    return {
        metadata: {
            name: cluster.namespace,
            labels: {
                "app.kubernetes.io/part-of": partOf(cluster),
                "app.kubernetes.io/managed-by": "pulumi",
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        },
    };
}
