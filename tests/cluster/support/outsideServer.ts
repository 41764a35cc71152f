import type { Cluster } from "./cluster.ts";

/** Gives a server outside the cluster a name inside it: a Service whose only endpoint is the server. */
export async function nameServer(
    { client }: Cluster,
    namespace: string,
    name: string,
    address: string,
    port: number,
): Promise<void> {
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const ports = [{ name: "server", port, protocol: "TCP" }];
    await client.apply({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        spec: { ports },
    });
    await client.apply({
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
        addressType: "IPv4",
        endpoints: [{ addresses: [address], conditions: { ready: true } }],
        ports,
    });
}
