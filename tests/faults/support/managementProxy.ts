import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** `down`: closes every connection; `failing`: answers 500; `slow`: answers 500 ms late. */
export type ProxyMode = "down" | "failing" | "slow";

/** A proxy in front of a management API that misbehaves. */
export interface ManagementProxy {
    readonly endpoint: string;
    readonly become: (mode: ProxyMode) => void;
    readonly close: () => Promise<void>;
}

const lateMs = 500;

export async function startManagementProxy(target: string): Promise<ManagementProxy> {
    let mode: ProxyMode = "slow";
    const server = createServer((incoming, response) => {
        switch (mode) {
            case "down":
                incoming.socket.destroy();
                return;
            case "failing":
                response.writeHead(500, { "content-type": "application/json" }).end('{"error":"internal"}');
                return;
            case "slow":
                setTimeout(() => {
                    forward(target, incoming, response);
                }, lateMs);
        }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // of a server that listens on TCP
    return {
        endpoint: `http://127.0.0.1:${port}`,
        become: (next) => {
            mode = next;
        },
        close: async () => {
            server.closeAllConnections();
            server.close();
            await once(server, "close");
        },
    };
}

function forward(target: string, incoming: IncomingMessage, response: ServerResponse): void {
    const onward = request(
        new URL(incoming.url ?? "/", target),
        { method: incoming.method ?? "GET", headers: incoming.headers },
        (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
        },
    );
    onward.on("error", () => {
        response.destroy();
    });
    incoming.pipe(onward);
}
