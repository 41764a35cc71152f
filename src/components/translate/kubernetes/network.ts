import type * as k8s from "@pulumi/kubernetes";

export type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
export type Port = k8s.types.input.networking.v1.NetworkPolicyPort;

/** The label that every namespace has by itself. */
const namespaceLabel = "kubernetes.io/metadata.name";

/** All pods of a namespace. */
export function podsIn(namespace: string): Peer {
    return { namespaceSelector: { matchLabels: { [namespaceLabel]: namespace } } };
}

export function tcp(port: number): Port {
    return { protocol: "TCP", port };
}

/** What every pod needs that looks for another by name. */
export const nameService: { readonly to: Peer[]; readonly ports: Port[] } = {
    to: [podsIn("kube-system")],
    ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
};
