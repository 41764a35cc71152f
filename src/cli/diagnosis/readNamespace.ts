import type { KubernetesReader } from "@spot-messaging/pulumi/operators";
import { type NamespaceObjects, parseNamespace } from "./namespaceObjects.ts";

const paths: Readonly<Record<keyof NamespaceObjects, (namespace: string) => string>> = {
    pods: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
    events: (namespace) => `/api/v1/namespaces/${namespace}/events`,
    claims: (namespace) => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
    jobs: (namespace) => `/apis/batch/v1/namespaces/${namespace}/jobs`,
    deployments: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
    ingresses: (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
    brokers: (namespace) => `/apis/rabbitmq.com/v1beta1/namespaces/${namespace}/rabbitmqclusters`,
    databases: (namespace) => `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters`,
    scaledObjects: (namespace) => `/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects`,
    certificates: (namespace) => `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`,
};

/**
 * Reads the objects of a namespace, as far as this identity may.
 * @throws KubernetesUnusable
 */
export async function readNamespace(reader: KubernetesReader, namespace: string): Promise<NamespaceObjects> {
    const lists = await Promise.all(
        Object.entries(paths).map(async ([name, path]) => {
            const answer = await reader.get(path(namespace));
            return [name, answer.kind === "found" ? answer.value : undefined] as const;
        }),
    );
    return parseNamespace(Object.fromEntries(lists) as Record<keyof NamespaceObjects, unknown>); // the keys of paths
}
