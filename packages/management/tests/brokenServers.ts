import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";

/** What a server does with a connection that is not what an HTTP client expects. */
export interface BrokenServer {
    readonly title: string;
    readonly serve: (socket: Socket) => void;
    /** A part of the sentence that the client prints. */
    readonly says: string;
    /** The exit code of a command. */
    readonly exitCode: 2 | 3;
    /** Whether only the limit of the request ends it. */
    readonly isSlow?: true;
}

const json = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

function answering(text: string | Uint8Array): BrokenServer["serve"] {
    return (socket) => {
        socket.once("data", () => socket.end(text));
    };
}

/** Answers with a beginning, and then with the same without end. */
function repeating(first: string, then: string): BrokenServer["serve"] {
    return (socket) => {
        socket.once("data", () => {
            socket.write(first);
            const timer = setInterval(() => socket.write(then), 20);
            socket.once("close", () => {
                clearInterval(timer);
            });
        });
    };
}

function compressed(body: Uint8Array): Uint8Array {
    return Buffer.concat([
        Buffer.from(`${json}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`),
        body,
    ]);
}

/** Servers that are not a management API, or break off. Each must end with a sentence. */
export const brokenServers: readonly BrokenServer[] = [
    {
        title: "closes its side immediately, like a port forwarder without a target",
        serve: (socket) => socket.end(),
        says: "cannot be reached (connection closed)",
        exitCode: 3,
    },
    {
        title: "closes its side after the request",
        serve: answering(""),
        says: "cannot be reached (connection closed)",
        exitCode: 3,
    },
    {
        title: "resets the connection",
        serve: (socket) => socket.once("data", () => socket.resetAndDestroy()),
        says: "cannot be reached (connection",
        exitCode: 3,
    },
    {
        title: "never answers",
        serve: () => undefined,
        says: "cannot be reached (no answer within",
        exitCode: 3,
        isSlow: true,
    },
    {
        title: "sends an endless body slowly",
        serve: repeating(`${json}transfer-encoding: chunked\r\n\r\n`, "1\r\n \r\n"),
        says: "cannot be reached (no answer within",
        exitCode: 3,
        isSlow: true,
    },
    {
        title: "sends endless interim answers",
        serve: repeating("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        says: "cannot be reached (",
        exitCode: 3,
        isSlow: true,
    },
    {
        title: "sends bytes that are not HTTP",
        serve: answering(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x16])),
        says: "the answer is not HTTP: if the port uses TLS, write https://",
        exitCode: 3,
    },
    {
        title: "speaks AMQP",
        serve: answering("AMQP\0\0\x09\x01"),
        says: "the answer is not HTTP",
        exitCode: 3,
    },
    {
        title: "sends endless headers",
        serve: answering(`HTTP/1.1 200 OK\r\n${"x: 1\r\n".repeat(100_000)}`),
        says: "the answer's headers are too long",
        exitCode: 3,
    },
    {
        title: "announces more than it sends",
        serve: answering(`${json}content-length: 100\r\n\r\n{}`),
        says: "cannot be reached (connection closed)",
        exitCode: 3,
    },
    {
        title: "announces less than it sends",
        serve: answering(`${json}content-length: 3\r\n\r\n{"queues": []}`),
        says: "with something that is not JSON",
        exitCode: 2,
    },
    {
        title: "breaks off a chunked answer",
        serve: answering(`${json}transfer-encoding: chunked\r\n\r\n5\r\n{"qu`),
        says: "cannot be reached (connection closed)",
        exitCode: 3,
    },
    {
        title: "sends a wrong chunk",
        serve: answering(`${json}transfer-encoding: chunked\r\n\r\nzz\r\n{}`),
        says: "the answer is not HTTP",
        exitCode: 3,
    },
    {
        title: "calls plain bytes compressed",
        serve: answering(compressed(Buffer.from("no gzip at all"))),
        says: "the compressed answer is damaged",
        exitCode: 3,
    },
    {
        title: "cuts off a compressed answer",
        serve: answering(compressed(gzipSync(JSON.stringify({ queues: [] })).subarray(0, 12))),
        says: "with something that is not JSON",
        exitCode: 2,
    },
    {
        title: "redirects to itself",
        serve: answering("HTTP/1.1 302 Found\r\nlocation: /api/definitions\r\ncontent-length: 0\r\n\r\n"),
        says: 'with 302 (it redirects to "/api/definitions"; give the URL of the management API itself)',
        exitCode: 2,
    },
    {
        title: "redirects to another host",
        serve: answering(
            "HTTP/1.1 308 Permanent Redirect\r\nlocation: https://login.example/\r\ncontent-length: 0\r\n\r\n",
        ),
        says: 'with 308 (it redirects to "https://login.example/"',
        exitCode: 2,
    },
    {
        title: "answers with a web page",
        serve: answering(`${json}content-length: 15\r\n\r\n<!doctype html>`),
        says: "with something that is not JSON",
        exitCode: 2,
    },
    {
        title: "answers with nothing",
        serve: answering("HTTP/1.1 204 No Content\r\n\r\n"),
        says: "answered in an unexpected form",
        exitCode: 2,
    },
    {
        title: "answers with a list",
        serve: answering(`${json}content-length: 2\r\n\r\n[]`),
        says: "answered in an unexpected form",
        exitCode: 2,
    },
    {
        title: "is overloaded",
        serve: answering("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"),
        says: "with 503 (Service Unavailable)",
        exitCode: 2,
    },
];

/** A listening server; `port` is a free one. */
export interface RunningServer {
    readonly port: number;
    readonly close: () => void;
}

export async function startServer({ serve }: BrokenServer): Promise<RunningServer> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
        sockets.add(socket);
        // The client may have closed it already.
        socket.on("error", () => socket.destroy());
        serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    return {
        port,
        close: () => {
            for (const socket of sockets) {
                socket.destroy();
            }
            server.close();
        },
    };
}
