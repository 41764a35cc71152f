import type { KubernetesObject } from "./object.ts";

/** An object outside namespaces. */
export function clusterObject(
    apiVersion: string,
    kind: string,
    name: string,
    content = {},
): KubernetesObject {
    return { apiVersion, kind, metadata: { name }, ...content };
}

/** The classes and the issuer that the prod stack names, which an administrator of the Kubernetes cluster creates. */
export const namedObjects: readonly KubernetesObject[] = [
    clusterObject("storage.k8s.io/v1", "StorageClass", "fast", { provisioner: "example.com/disk" }),
    clusterObject("networking.k8s.io/v1", "IngressClass", "nginx", {
        spec: { controller: "example.com/ingress" },
    }),
    clusterObject("cert-manager.io/v1", "ClusterIssuer", "internal", { spec: { selfSigned: {} } }),
];
