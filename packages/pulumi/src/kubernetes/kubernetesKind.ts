/** A kind of Kubernetes object. */
export interface KubernetesKind {
    /** With the group: `keda.sh/v1alpha1`. */
    readonly apiVersion: string;
    readonly kind: string;
}

/** A kind that a stack uses and that must already be installed. */
export interface NeededKind extends KubernetesKind {
    /** The way out if it is missing: install the operator, or remove the setting that needs it. */
    readonly wayOut: string;
    /** What a stack declares of this kind. The installed definition must have its fields. @default - only the kind is looked for */
    readonly manifest?: unknown;
    /** The versions that know all fields: `KEDA 2.17 or later`. @default - another version */
    readonly versions?: string;
}
