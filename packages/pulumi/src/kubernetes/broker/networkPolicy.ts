import type * as k8s from "@pulumi/kubernetes";
import { type BrokerVersion, isAtLeast } from "@spot-messaging/topology";
import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { partOf, servicePods } from "../labels.ts";
import { nameServerPeers, type Peer, type Port, podsIn, tcpPort } from "../network.ts";
import { brokerMetadata, brokerName, brokerPorts, podLabels } from "./place.ts";

type NetworkPolicy = k8s.networking.v1.NetworkPolicyArgs;

/**
 * The ports between nodes: Erlang's port mapper, Erlang distribution, stream replication, and command line tools.
 * @see https://www.rabbitmq.com/docs/networking#ports
 */
const betweenNodes: readonly Port[] = [
    tcpPort(4369),
    { ...tcpPort(6000), endPort: 6500 },
    tcpPort(25_672),
    { ...tcpPort(35_672), endPort: 35_682 },
];

/**
 * A node asks the Kubernetes API for its peers. The API server is not a pod, so that no selector matches it. Not needed since 4.1, which derives peers from the node's own name.
 * @see https://www.rabbitmq.com/docs/cluster-formation#peer-discovery-k8s
 */
const kubernetesApi = { ports: [tcpPort(443), tcpPort(6443)] };

/** Denies all traffic of the namespace's pods, except what another policy allows. */
export function toDefaultDenyArgs(cluster: KubernetesCluster): NetworkPolicy {
    return {
        metadata: brokerMetadata(cluster, "default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    };
}

/** The allowed incoming and outgoing traffic of the broker's nodes, by port. */
export function toBrokerPolicyArgs(cluster: KubernetesCluster, brokerVersion: BrokerVersion): NetworkPolicy {
    const nodes: Peer = { podSelector: { matchLabels: podLabels } };
    const { managementNamespaces, monitoring, nameServers } = cluster;
    return {
        metadata: brokerMetadata(cluster, brokerName),
        spec: {
            podSelector: { matchLabels: podLabels },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                {
                    from: [{ podSelector: { matchLabels: servicePods(partOf(cluster)) } }],
                    ports: [tcpPort(brokerPorts.amqps)],
                },
                { from: [nodes], ports: [...betweenNodes] },
                ...(managementNamespaces.length === 0
                    ? []
                    : [{ from: managementNamespaces.map(podsIn), ports: [tcpPort(brokerPorts.management)] }]),
                ...(monitoring === undefined
                    ? []
                    : [{ from: [podsIn(monitoring.namespace)], ports: [tcpPort(brokerPorts.prometheus)] }]),
            ],
            egress: [
                { to: [nodes], ports: [...betweenNodes] },
                ...nameServerPeers(nameServers),
                ...(isAtLeast(brokerVersion, "4.1") ? [] : [kubernetesApi]),
            ],
        },
    };
}
