import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { partLabels, partOf } from "../labels.ts";

/** The name of the `RabbitmqCluster`; the operator makes the names of everything else of it. */
export const brokerName = "rabbitmq";

/** The ports that remain when everything without TLS is off. */
export const ports = { amqps: 5671, management: 15_671, prometheus: 15_691 } as const;

/** What finds the nodes' pods: the operator sets it. */
export const podLabels = { "app.kubernetes.io/name": brokerName } as const;

/** The Secrets that the broker reads. */
export const secretNames = {
    administrator: `${brokerName}-administrator`,
    tls: `${brokerName}-tls`,
} as const;

/** The host of any node, as every pod of the Kubernetes cluster finds it. */
export function serviceHost({ namespace }: Pick<KubernetesCluster, "namespace">): string {
    return `${brokerName}.${namespace}.svc`;
}

/** The metadata of what belongs to the broker. */
export function brokerMetadata(
    cluster: KubernetesCluster,
    name: string,
): { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> } {
    return {
        name,
        namespace: cluster.namespace,
        labels: partLabels(partOf(cluster), "broker"),
    };
}
