import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeRequest {
    readonly line: string;
    readonly authorization: string | undefined;
    readonly body: unknown;
}

export interface FakeAnswer {
    /** @default 200 */
    readonly status?: number;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeBroker {
    readonly endpoint: string;
    /** The requests, in order. */
    readonly seen: readonly FakeRequest[];
    readonly close: () => void;
}

/** An HTTP server that records its requests. It proves what is sent, not that RabbitMQ accepts it. null: no answer. */
export async function fakeBroker(answer: (request: FakeRequest) => FakeAnswer | null): Promise<FakeBroker> {
    const seen: FakeRequest[] = [];
    const server = createServer((incoming, response) => {
        void readAll(incoming).then((text) => {
            const request = {
                line: `${incoming.method ?? ""} ${incoming.url ?? ""}`,
                authorization: incoming.headers.authorization,
                body: text === "" ? undefined : (JSON.parse(text) as unknown), // JSON.parse answers any
            };
            seen.push(request);
            const answered = answer(request);
            if (answered !== null) {
                response.writeHead(answered.status ?? 200, answered.headers).end(answered.body ?? "");
            }
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    return {
        endpoint: `http://127.0.0.1:${port}`,
        seen,
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}

async function readAll(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer); // a request yields buffers unless an encoding is set
    }
    return Buffer.concat(chunks).toString();
}
