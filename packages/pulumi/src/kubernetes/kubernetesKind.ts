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
}
