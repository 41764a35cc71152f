import type { KubernetesObject, Metadata } from "./object.ts";

interface PodTemplate {
    readonly metadata?: Omit<Metadata, "name">;
    readonly spec: unknown;
}

/** The pod that a controller would make of a workload's template. */
export function podOf({ metadata, ...workload }: KubernetesObject): KubernetesObject {
    const { template } = workload["spec"] as { template: PodTemplate }; // what every workload has
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            ...template.metadata,
            name: `${metadata.name}-pod`,
            ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        },
        spec: template.spec,
    };
}

/** A namespace in which Pod Security admission refuses every pod that is not restricted. */
export function restrictedNamespace(name: string): KubernetesObject {
    return {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    };
}
