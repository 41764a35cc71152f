import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { partLabels, partOf } from "../labels.ts";

/** The name of the `RabbitmqCluster`; the operator derives all other names from it. */
export const brokerName = "rabbitmq";

/** The ports that are open when all listeners without TLS are disabled. */
export const brokerPorts = { amqps: 5671, management: 15_671, prometheus: 15_691 } as const;

/** The labels of the nodes' pods, which the operator sets. */
export const podLabels = { "app.kubernetes.io/name": brokerName } as const;

/** The names of the Secrets that the broker reads. */
export const secretNames = {
    administrator: `${brokerName}-administrator`,
} as const;

/**
 * The Secret with the broker's certificate, its key and the authority's certificate. That of the stack's own authority has another name than
 * that of cert-manager: with one name, a change from one to the other would delete or overwrite what the other has written.
 */
export function tlsSecretName({ authority }: Pick<KubernetesCluster, "authority">): string {
    return authority.kind === "own" ? `${brokerName}-own-tls` : `${brokerName}-tls`;
}

/** The host name of the broker's Service, for all pods of the Kubernetes cluster. */
export function serviceHost({ namespace }: Pick<KubernetesCluster, "namespace">): string {
    return `${brokerName}.${namespace}.svc`;
}

/** The metadata of the broker's objects. */
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
