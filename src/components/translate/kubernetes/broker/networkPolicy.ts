import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../../../model/index.js";
import { nameService, type Peer, type Port, podsIn, tcp } from "../network.js";
import { servicePods } from "../service/place.js";
import { brokerMetadata, brokerName, podLabels, ports } from "./place.js";

type NetworkPolicy = k8s.networking.v1.NetworkPolicyArgs;

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
                { from: [{ podSelector: { matchLabels: servicePods } }], ports: [tcp(ports.amqps)] },
                { from: [nodes], ports: [...betweenNodes] },
                ...(managementNamespaces.length === 0
                    ? []
                    : [{ from: managementNamespaces.map(podsIn), ports: [tcp(ports.management)] }]),
                ...(monitoring === undefined
                    ? []
                    : [{ from: [podsIn(monitoring.namespace)], ports: [tcp(ports.prometheus)] }]),
            ],
            egress: [
                { to: [nodes], ports: [...betweenNodes] },
                nameService,
                // The Kubernetes API, of which a node learns who the others are; its address is no pod's, so no selector finds it.
                { ports: [tcp(443), tcp(6443)] },
            ],
        },
    };
}
