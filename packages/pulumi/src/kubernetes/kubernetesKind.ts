/** A kind of object of Kubernetes. */
export interface KubernetesKind {
    /** With its group: `keda.sh/v1alpha1`. */
    readonly apiVersion: string;
    readonly kind: string;
}

/** A kind that a stack declares objects of, and that somebody else must have installed. */
export interface NeededKind extends KubernetesKind {
    /** What to do where Kubernetes does not know it: install whose it is, or do without. */
    readonly wayOut: string;
}
