import type { KubernetesObject } from "../../kube/support/object.ts";
import type { Cluster } from "./cluster.ts";
import { ready } from "./rollout.ts";

/** The namespace of the stand-in for an ingress controller. */
export const ingressNamespace = "ingress";
/** Its class, without a controller: the entrance needs no Ingress. */
export const ingressClass = "test";
const entrancePort = 8080;

/** Forwards each connection to the Service of the gateway, as an ingress controller does. */
const program = `
import asyncio, sys

async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()

async def serve(reader, writer):
    try:
        other_reader, other_writer = await asyncio.open_connection(sys.argv[1], int(sys.argv[2]))
    except OSError:
        writer.close()
        return
    await asyncio.gather(copy(reader, other_writer), copy(other_reader, writer), return_exceptions=True)

async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", ${entrancePort})
    await server.serve_forever()

asyncio.run(main())
`;

export interface EntranceOptions {
    /** An image with Python. */
    readonly image: string;
    /** The Service to forward to. */
    readonly host: string;
    readonly port: number;
}

/**
 * Puts a pod that forwards to a Service on every node, at a port of the node.
 * @returns the addresses of the entrances
 */
export async function openEntrance(
    { client, nodes }: Cluster,
    { image, host, port }: EntranceOptions,
): Promise<readonly string[]> {
    const labels = { "app.kubernetes.io/name": "entrance" };
    const entrance: KubernetesObject = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "entrance", namespace: ingressNamespace },
        spec: {
            replicas: nodes.length,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    terminationGracePeriodSeconds: 1,
                    // The port is each node's own, so that no two replicas are on one.
                    containers: [
                        {
                            name: "entrance",
                            image,
                            command: ["python3", "-c", program, host, String(port)],
                            ports: [{ containerPort: entrancePort, hostPort: entrancePort, protocol: "TCP" }],
                            readinessProbe: { tcpSocket: { port: entrancePort }, periodSeconds: 1 },
                        },
                    ],
                },
            },
        },
    };
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: ingressNamespace } });
    await client.apply({
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name: ingressClass },
        spec: { controller: "example.com/none" },
    });
    await client.apply(entrance);
    await ready(client, entrance, { milliseconds: 120_000 });
    return nodes.map(({ address }) => `${address}:${entrancePort}`);
}
