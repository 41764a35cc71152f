import type { KubernetesObject } from "../../kube/support/object.ts";
import type { Cluster } from "./cluster.ts";
import { runController } from "./controller.ts";
import { missing, ready } from "./rollout.ts";

/** The namespace of the stand-in for an ingress controller. */
export const ingressNamespace = "ingress";
/** Its class. The entrance serves without an Ingress; the engine waits until one has an address. */
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

/** The ways into the cluster. */
export interface Entrance {
    /** One on each node, with its port. */
    readonly addresses: readonly string[];
    /** Ends what gives addresses to Ingresses; the pods stay. */
    readonly stop: () => Promise<void>;
}

/** Puts a pod that forwards to a Service on every node, at a port of the node, and gives each Ingress the addresses of the nodes. */
export async function openEntrance(
    { client, nodes }: Cluster,
    { image, host, port }: EntranceOptions,
): Promise<Entrance> {
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
    const ingress = nodes.map(({ address }) => ({ ip: address }));
    const stop = runController(async () => {
        for (const object of await client.list("networking.k8s.io/v1", "Ingress")) {
            if (missing(object) !== undefined) {
                await client.setStatus(object, { loadBalancer: { ingress } });
            }
        }
    });
    return { addresses: nodes.map(({ address }) => `${address}:${entrancePort}`), stop };
}
