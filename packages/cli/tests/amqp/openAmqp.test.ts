import { createServer, type Server, type Socket } from "node:net";
import { BrokerUnreachable } from "@spot-messaging/management";
import { afterEach, describe, expect, it } from "vitest";
import { openAmqp } from "../../src/amqp/openAmqp.ts";

const servers: Server[] = [];

async function listen(answer: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
        socket.on("error", () => undefined);
        answer(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
}

afterEach(() => {
    for (const server of servers.splice(0)) {
        server.close();
    }
});

function open(port: number): Promise<unknown> {
    const address = { protocol: "amqp", hostname: "127.0.0.1", port } as const;
    return openAmqp(address, { username: "admin", password: "secret" }, "/", "test");
}

const noAmqp =
    "it does not answer with AMQP: the port belongs to something else, or needs amqps:// instead of amqp://";

describe("an AMQP connection", () => {
    it.each<[string, (socket: Socket) => void, string]>([
        ["a port that closes", (socket) => socket.end(), noAmqp],
        ["a web server", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), noAmqp],
        ["another version of AMQP", (socket) => socket.end("AMQP\x03\x01\x00\x00"), noAmqp],
    ])("says what is wrong with %s", async (_name, answer, reason) => {
        const port = await listen(answer);
        await expect(open(port)).rejects.toEqual(new BrokerUnreachable(`amqp://127.0.0.1:${port}`, reason));
    });

    it("says that nothing listens", async () => {
        await expect(open(1)).rejects.toThrow(
            'broker "amqp://127.0.0.1:1" cannot be reached (connection refused)',
        );
    });
});
