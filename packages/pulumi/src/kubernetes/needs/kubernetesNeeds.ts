import type { NeededKind } from "../kubernetesKind.ts";

/** What a Kubernetes cluster must have before a stack is deployed to it. */
export interface KubernetesNeeds {
    /** The oldest version that works: `1.30`. @default - every version */
    readonly version?: string;
    /** The namespace of the stack. */
    readonly namespace?: string;
    readonly kinds?: readonly NeededKind[];
    readonly objects?: readonly NeededObject[];
}

/** An object that a stack names and does not create. */
export interface NeededObject {
    readonly kind: "StorageClass" | "IngressClass" | "ClusterIssuer" | "Issuer";
    readonly name: string;
    /** The setting that names it, as the user writes it. */
    readonly setting: string;
}
