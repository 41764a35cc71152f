/** A broker in Kubernetes, with what its clients in the same Kubernetes cluster need to connect. */
export interface BrokerPods {
    readonly namespace: string;
    /** The name of the `RabbitmqCluster`, which is also a label of its metrics. */
    readonly name: string;
    /** The host name of the Service inside the cluster; the certificate contains it. */
    readonly host: string;
    /** The labels of its pods. */
    readonly labels: Readonly<Record<string, string>>;
    /** The Secret, in the same namespace, with the certificate of the authority that signed the broker's certificate. */
    readonly authority: { readonly secretName: string; readonly key: string };
    /** The management API's URL inside the cluster. */
    readonly managementUrl: string;
}
