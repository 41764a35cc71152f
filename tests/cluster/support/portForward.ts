import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { CoreV1Api, KubeConfig, PortForward } from "@kubernetes/client-node";
import type { Cluster } from "./cluster.ts";

/** A port on this machine whose connections go to ready pods, as `kubectl port-forward` makes one; it survives the end of a pod. */
export interface ForwardedPort {
    readonly port: number;
    readonly close: () => Promise<void>;
}

export interface ForwardedPods {
    readonly namespace: string;
    /** Such as `app.kubernetes.io/name=rabbitmq`. */
    readonly selector: string;
    readonly port: number;
    /** On this machine. @default - a free one */
    readonly localPort?: number;
}

export async function forwardPort(
    { kubeconfigFile }: Pick<Cluster, "kubeconfigFile">,
    { namespace, selector, port, localPort = 0 }: ForwardedPods,
): Promise<ForwardedPort> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigFile);
    const pods = config.makeApiClient(CoreV1Api);
    const forward = new PortForward(config);
    const sockets = new Set<Socket>();
    const connect = async (socket: Socket): Promise<void> => {
        const { items } = await pods.listNamespacedPod({ namespace, labelSelector: selector });
        const ready = items.filter(
            ({ metadata, status }) =>
                metadata?.deletionTimestamp === undefined &&
                status?.conditions?.some((each) => each.type === "Ready" && each.status === "True"),
        );
        const pod = ready[Math.floor(Math.random() * ready.length)]?.metadata?.name;
        if (pod === undefined) {
            socket.destroy();
            return;
        }
        // The types of its web socket are not part of the client.
        const tunnel: unknown = await forward.portForward(namespace, pod, [port], socket, null, socket);
        const connection = connectionOf(tunnel);
        socket.once("close", () => connection?.close());
        // Otherwise a client would wait for the answer of a pod that has ended.
        connection?.on("close", () => socket.destroy());
    };
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        // The other side ended, or its pod did.
        socket.on("error", () => socket.destroy());
        connect(socket).catch(() => socket.destroy());
    });
    server.listen(localPort, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return {
        port: typeof address === "object" && address !== null ? address.port : localPort,
        close: async () => {
            for (const socket of sockets) {
                socket.destroy();
            }
            server.close();
            await once(server, "close");
        },
    };
}

/** The used part of a web socket. */
interface Connection {
    readonly close: () => void;
    readonly on: (event: "close", listener: () => void) => void;
}

/** A tunnel is a web socket, or a function that returns the current one. */
function connectionOf(tunnel: unknown): Connection | undefined {
    const found = typeof tunnel === "function" ? (tunnel as () => unknown)() : tunnel;
    return typeof found === "object" && found !== null && "close" in found && "on" in found
        ? (found as Connection) // what the client's web sockets have
        : undefined;
}
