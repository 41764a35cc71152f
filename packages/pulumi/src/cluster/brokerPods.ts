/** A broker that runs in the Kubernetes cluster where its clients run, as these find it. */
export interface BrokerPods {
    readonly namespace: string;
    /** What the operator calls it, and labels its metrics with. */
    readonly name: string;
    /** The host of any of its nodes inside the cluster; its certificate is for it. */
    readonly host: string;
    /** What finds its pods. */
    readonly labels: Readonly<Record<string, string>>;
    /** The Secret, in the same namespace, with the certificate of the authority that the broker's is from. */
    readonly authority: { readonly secretName: string; readonly key: string };
    /** The management API's URL inside the cluster. */
    readonly managementUrl: string;
}
