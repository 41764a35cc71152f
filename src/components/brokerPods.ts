import type * as pulumi from "@pulumi/pulumi";

/** A broker that runs in the Kubernetes cluster where its clients run, as these find it. */
export interface BrokerPods {
    readonly namespace: pulumi.Input<string>;
    /** What finds its pods. */
    readonly labels: Readonly<Record<string, string>>;
    /** The Secret, in the same namespace, with the certificate of the authority that the broker's is from. */
    readonly authority: { readonly secretName: pulumi.Input<string>; readonly key: string };
    /** The management API's URL inside the cluster. */
    readonly managementUrl: string;
}
