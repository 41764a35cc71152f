/** An object of the Kubernetes API, or what is to become one. */
export interface KubernetesObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: Metadata;
    readonly [field: string]: unknown;
}

export interface Metadata {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
}

/** `Deployment spot/gateway`, for test names and messages. */
export function nameOf({ kind, metadata: { name, namespace } }: KubernetesObject): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
