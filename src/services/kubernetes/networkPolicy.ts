import type * as k8s from "@pulumi/kubernetes";
import { nameServerPeers, podsIn, tcpPort } from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** A broker in the same namespace. */
export interface ReachedBroker {
    /** The labels of its pods. */
    readonly labels: Readonly<Record<string, string>>;
    readonly port: number;
}

/**
 * A service can connect only to the broker's nodes and the name servers. Only its HTTP interface accepts connections: from the ingress
 * controller or, without one, from pods of the same namespace.
 */
export function toNetworkPolicyArgs(
    place: ServicePlace,
    broker: ReachedBroker,
    { ingress, nameServers }: Pick<KubernetesDeployment, "ingress" | "nameServers">,
): k8s.networking.v1.NetworkPolicyArgs {
    const httpPort = place.service.workload?.httpPort;
    return {
        metadata: serviceMetadata(place),
        spec: {
            podSelector: { matchLabels: podsOf(place) },
            policyTypes: ["Ingress", "Egress"],
            // Omitted if empty: the API server treats an empty list as a change each time.
            ...(httpPort !== undefined && {
                ingress: [
                    {
                        from: [ingress === undefined ? { podSelector: {} } : podsIn(ingress.namespace)],
                        ports: [tcpPort(httpPort)],
                    },
                ],
            }),
            egress: [
                {
                    to: [{ podSelector: { matchLabels: { ...broker.labels } } }],
                    ports: [tcpPort(broker.port)],
                },
                ...nameServerPeers(nameServers),
            ],
        },
    };
}
