import type * as k8s from "@pulumi/kubernetes";
import type { NameServer } from "../cluster/cluster.ts";

/** Pods or addresses that a network policy allows. */
export type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** A port that a network policy allows. */
export type Port = k8s.types.input.networking.v1.NetworkPolicyPort;

/** The label that Kubernetes sets on every namespace. */
const namespaceLabel = "kubernetes.io/metadata.name";

/** All pods of a namespace. */
export function podsIn(namespace: string): Peer {
    return { namespaceSelector: { matchLabels: { [namespaceLabel]: namespace } } };
}

/** A TCP port. */
export function tcpPort(port: number): Port {
    return { protocol: "TCP", port };
}

/** The pods or the addresses of a server. */
export function peerOf(server: NameServer): Peer {
    return "namespace" in server ? podsIn(server.namespace) : { ipBlock: { cidr: server.range } };
}

/** Allows DNS queries to the name servers. */
export function nameServerPeers(servers: readonly NameServer[]): { to: Peer[]; ports: Port[] }[] {
    return servers.map((server) => ({
        to: [peerOf(server)],
        ports: [{ protocol: "UDP", port: server.port }, tcpPort(server.port)],
    }));
}
