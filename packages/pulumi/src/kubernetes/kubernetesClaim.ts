import { CoreV1Api } from "@kubernetes/client-node";
import { type KubernetesAccess, kubernetesClient } from "./kubernetesAccess.ts";

/**
 * The annotations of a PersistentVolumeClaim. `undefined` if there is no such claim, or if the API server does not answer: a preview must
 * work without Kubernetes.
 */
export async function claimAnnotations(
    access: KubernetesAccess,
    namespace: string,
    name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
    const client = kubernetesClient(access);
    if (client === undefined) {
        return undefined;
    }
    try {
        const api = new CoreV1Api(client.configuration);
        const { metadata } = await api.readNamespacedPersistentVolumeClaim({ namespace, name });
        return metadata?.annotations ?? {};
    } catch {
        return undefined;
    }
}
