import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../cluster/cluster.ts";
import type { Plain } from "../../translate/plain.ts";
import { brokerMetadata, brokerName, podLabels } from "./place.ts";

/**
 * Hosts may be drained as long as a majority of nodes stays. Counted from below: "at most one gone" would be measured against a number that
 * the nodes which are gone already do not count in.
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
