import type { NeededKind } from "../kubernetesKind.ts";

/** What a Kubernetes cluster must have before a stack is deployed to it. */
export interface KubernetesNeeds {
    /** The oldest version that works: `1.30`. @default - every version */
    readonly version?: string;
    /** The namespace of the stack. */
    readonly namespace?: string;
    readonly kinds?: readonly NeededKind[];
    readonly objects?: readonly NeededObject[];
    /** What the identity must be allowed to do in the namespace. @default - it is not checked */
    readonly rights?: NeededRights;
}

/** Rules as a Role has them, and what to do if the identity lacks one. */
export interface NeededRights {
    readonly rules: readonly RightRule[];
    /** `have an administrator apply deploy/rbac.yaml again`. */
    readonly wayOut: string;
}

/** Every verb on every one of the resources. */
export interface RightRule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

/** An object that a stack names and does not create. */
export interface NeededObject {
    readonly kind: "StorageClass" | "IngressClass" | "ClusterIssuer" | "Issuer";
    readonly name: string;
    /** The setting that names it, as the user writes it. */
    readonly setting: string;
}
