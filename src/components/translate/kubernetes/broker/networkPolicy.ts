import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../../../model/index.js";
import { brokerMetadata, brokerName, namespaceLabel, podLabels, ports } from "./place.js";

type NetworkPolicy = k8s.networking.v1.NetworkPolicyArgs;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Port = k8s.types.input.networking.v1.NetworkPolicyPort;

/** The pods of services, in the broker's own namespace. */
const services: Peer = {
    podSelector: {
        matchLabels: {
            "app.kubernetes.io/part-of": "spot-platform",
            "app.kubernetes.io/component": "service",
        },
    },
};

/** The name service of Erlang's nodes, what they tell each other, and the tools on one node that talk to another. */
const betweenNodes: readonly Port[] = [tcp(4369), tcp(25_672), { ...tcp(35_672), endPort: 35_682 }];

/** Nobody in the namespace may exchange anything with anybody, but for what another policy allows. */
export function toDefaultDenyArgs(cluster: KubernetesCluster): NetworkPolicy {
    return {
        metadata: brokerMetadata(cluster, "default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    };
}

/** Who may reach the broker's nodes on which port, and what they reach themselves. */
export function toBrokerPolicyArgs(cluster: KubernetesCluster): NetworkPolicy {
    const nodes: Peer = { podSelector: { matchLabels: podLabels } };
    const { managementNamespaces, monitoring } = cluster;
    return {
        metadata: brokerMetadata(cluster, brokerName),
        spec: {
            podSelector: { matchLabels: podLabels },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                { from: [services], ports: [tcp(ports.amqps)] },
                { from: [nodes], ports: [...betweenNodes] },
                ...(managementNamespaces.length === 0
                    ? []
                    : [{ from: managementNamespaces.map(namespace), ports: [tcp(ports.management)] }]),
                ...(monitoring === undefined
                    ? []
                    : [{ from: [namespace(monitoring.namespace)], ports: [tcp(ports.prometheus)] }]),
            ],
            egress: [
                { to: [nodes], ports: [...betweenNodes] },
                {
                    to: [namespace("kube-system")],
                    ports: [
                        { protocol: "UDP", port: 53 },
                        { protocol: "TCP", port: 53 },
                    ],
                },
                // The Kubernetes API, of which a node learns who the others are; its address is no pod's, so no selector finds it.
                { ports: [tcp(443), tcp(6443)] },
            ],
        },
    };
}

function namespace(name: string): Peer {
    return { namespaceSelector: { matchLabels: { [namespaceLabel]: name } } };
}

function tcp(port: number): Port {
    return { protocol: "TCP", port };
}
