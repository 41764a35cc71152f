import type * as k8s from "@pulumi/kubernetes";
import { nameServerPeers, type Peer, peerOf, podsIn, tcpPort } from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import type { NetworkPeer } from "../../environment/state.ts";
import { metricsPort } from "../runtime/runtime.ts";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** A server in the same namespace. */
export interface ReachedPods {
    /** The labels of its pods. */
    readonly labels: Readonly<Record<string, string>>;
    readonly port: number;
}

/** Everything that a service connects to. */
export interface ReachedServers {
    /** The broker, and the stack's own database for services with state. */
    readonly pods: readonly ReachedPods[];
    /** Servers outside the namespace: external database, object store, mail server. */
    readonly peers: readonly NetworkPeer[];
}

/**
 * A service can connect only to the servers that it uses, and to the name servers. Only its HTTP interface and its metrics accept
 * connections: from the ingress controller or, without one, from pods of the same namespace; and from Prometheus.
 */
export function toNetworkPolicyArgs(
    place: ServicePlace,
    reached: ReachedServers,
    {
        ingress,
        nameServers,
        monitoring,
    }: Pick<KubernetesDeployment, "ingress" | "nameServers" | "monitoring">,
): k8s.networking.v1.NetworkPolicyArgs {
    const httpPort = place.service.workload?.httpPort;
    const accepted = [
        ...(httpPort === undefined
            ? []
            : [
                  {
                      from: [ingress === undefined ? { podSelector: {} } : podsIn(ingress.namespace)],
                      ports: [tcpPort(httpPort)],
                  },
              ]),
        ...(monitoring === undefined
            ? []
            : [{ from: [podsIn(monitoring.namespace)], ports: [tcpPort(metricsPort)] }]),
    ];
    return {
        metadata: serviceMetadata(place),
        spec: {
            podSelector: { matchLabels: podsOf(place) },
            policyTypes: ["Ingress", "Egress"],
            // Omitted if empty: the API server treats an empty list as a change each time.
            ...(accepted.length > 0 && { ingress: accepted }),
            egress: [...serverRules(reached), ...nameServerPeers(nameServers)],
        },
    };
}

/** Allows connections to servers. */
export function serverRules({
    pods,
    peers,
}: ReachedServers): { to: Peer[]; ports: ReturnType<typeof tcpPort>[] }[] {
    return [
        ...pods.map(({ labels, port }) => ({
            to: [{ podSelector: { matchLabels: { ...labels } } }],
            ports: [tcpPort(port)],
        })),
        ...peers.map((each) => ({ to: [peerOf(each)], ports: [tcpPort(each.port)] })),
    ];
}
