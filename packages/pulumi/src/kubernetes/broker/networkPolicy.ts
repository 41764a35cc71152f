import type * as k8s from "@pulumi/kubernetes";
import { type BrokerVersion, isAtLeast } from "@spot-messaging/topology";
import { type KubernetesCluster } from "../../cluster/cluster.ts";
import { partOf, servicePods } from "../labels.ts";
import { nameServerPeers, type Peer, type Port, podsIn, tcpPort } from "../network.ts";
import { brokerMetadata, brokerName, podLabels, ports } from "./place.ts";

type NetworkPolicy = k8s.networking.v1.NetworkPolicyArgs;

/**
 * The name service of Erlang's nodes, what they tell each other, how streams are replicated, and the tools on one node that talk to another.
 * @see https://www.rabbitmq.com/docs/networking#ports
 */
const betweenNodes: readonly Port[] = [
    tcpPort(4369),
    { ...tcpPort(6000), endPort: 6500 },
    tcpPort(25_672),
    { ...tcpPort(35_672), endPort: 35_682 },
];

/**
 * Of which a node learns who the others are; its address is no pod's, so no selector finds it. Since 4.1 a node's own name tells.
 * @see https://www.rabbitmq.com/docs/cluster-formation#peer-discovery-k8s
 */
const kubernetesApi = { ports: [tcpPort(443), tcpPort(6443)] };

/** Nobody in the namespace may exchange anything with anybody, but for what another policy allows. */
export function toDefaultDenyArgs(cluster: KubernetesCluster): NetworkPolicy {
    return {
        metadata: brokerMetadata(cluster, "default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    };
}

/** Who may reach the broker's nodes on which port, and what they reach themselves. */
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
                    ports: [tcpPort(ports.amqps)],
                },
                { from: [nodes], ports: [...betweenNodes] },
                ...(managementNamespaces.length === 0
                    ? []
                    : [{ from: managementNamespaces.map(podsIn), ports: [tcpPort(ports.management)] }]),
                ...(monitoring === undefined
                    ? []
                    : [{ from: [podsIn(monitoring.namespace)], ports: [tcpPort(ports.prometheus)] }]),
            ],
            egress: [
                { to: [nodes], ports: [...betweenNodes] },
                ...nameServerPeers(nameServers),
                ...(isAtLeast(brokerVersion, "4.1") ? [] : [kubernetesApi]),
            ],
        },
    };
}
