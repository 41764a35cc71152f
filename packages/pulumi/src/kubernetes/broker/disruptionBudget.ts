import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../cluster/cluster.ts";
import type { Plain } from "../../translate/plain.ts";
import { brokerMetadata, brokerName, podLabels } from "./place.ts";

/**
 * Hosts can be drained while a majority of the nodes stays. `minAvailable`, not `maxUnavailable`, because the latter does not count nodes
 * that are already missing.
 */
export function toDisruptionBudgetArgs(
    cluster: KubernetesCluster,
): Plain<k8s.policy.v1.PodDisruptionBudgetArgs> {
    return {
        metadata: brokerMetadata(cluster, brokerName),
        spec: {
            minAvailable: Math.floor(cluster.nodes / 2) + 1,
            selector: { matchLabels: podLabels },
        },
    };
}
