import type * as k8s from "@pulumi/kubernetes";
import { nameServerPeers, podsIn, tcpPort } from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** A broker in the same namespace, as its clients reach it. */
export interface ReachedBroker {
    /** What finds its pods. */
    readonly labels: Readonly<Record<string, string>>;
    readonly port: number;
}

/**
 * A service reaches the broker's nodes and the name service, and nothing else. Nobody reaches a service, but its HTTP interface, where it has
 * one: the ingress controller, or without one the pods beside it.
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
            // Left out where it is empty: the server takes an empty list for a change, each time that it is applied.
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
