import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { reachManagement } from "../src/managementReach.ts";

// Not proved here: a certificate that is not trusted.

const servers: Server[] = [];

/** A management API on the loopback interface that does what `listener` does. */
async function served(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${portOf(server)}`;
}

function portOf(server: Server): number {
    return z.object({ port: z.number() }).parse(server.address()).port;
}

/** A port without a listener. */
async function closedPort(): Promise<number> {
    const server = createSocketServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    await new Promise((resolve) => server.close(resolve));
    return port;
}

afterEach(() => {
    for (const server of servers.splice(0)) {
        server.closeAllConnections();
        server.close();
    }
});

const user = { username: "spot-admin", password: "pa55word" };
const wayOut =
    "run pulumi where it is reachable, or forward its port: kubectl port-forward service/rabbitmq 15671, with managementUrl https://localhost:15671";

describe("reachManagement", () => {
    it("is content with an API that knows the user", async () => {
        const seen: (string | undefined)[] = [];
        const endpoint = await served((request, response) => {
            seen.push(request.url, request.headers.authorization);
            response.end("{}");
        });
        await expect(reachManagement({ endpoint, ...user })).resolves.toBeUndefined();
        const credentials = Buffer.from("spot-admin:pa55word").toString("base64");
        expect(seen).toEqual(["/api/whoami", `Basic ${credentials}`]);
    });

    it("waits for an API that is not ready yet", async () => {
        let requests = 0;
        const endpoint = await served((_, response) => {
            requests += 1;
            response.writeHead(requests === 1 ? 503 : 200).end();
        });
        await reachManagement({ endpoint, ...user });
        expect(requests).toBe(2);
    });

    it("names the address and the way out if nothing listens", async () => {
        const endpoint = `http://127.0.0.1:${await closedPort()}`;
        await expect(reachManagement({ endpoint, ...user, timeoutMs: 600 })).rejects.toThrow(
            `management API "${endpoint}" cannot be reached from here (ECONNREFUSED); ${wayOut}`,
        );
    });

    it("does not wait forever for an answer", async () => {
        const endpoint = await served(() => undefined);
        await expect(reachManagement({ endpoint, ...user, timeoutMs: 600 })).rejects.toThrow(
            `management API "${endpoint}" cannot be reached from here (no answer in time); ${wayOut}`,
        );
    });

    it("tells the status of something else that answers", async () => {
        const endpoint = await served((_, response) => response.writeHead(404).end());
        await expect(reachManagement({ endpoint, ...user, timeoutMs: 1_000 })).rejects.toThrow(
            `(it answers with status 404); ${wayOut}`,
        );
    });

    it("reports immediately, and without the password, that the user is refused", async () => {
        let requests = 0;
        const endpoint = await served((_, response) => {
            requests += 1;
            response.writeHead(401).end();
        });
        await expect(reachManagement({ endpoint, ...user })).rejects.toThrow(
            /^management API "http:\/\/127\.0\.0\.1:\d+" refuses user "spot-admin"; check the user name and give its current password$/,
        );
        expect(requests).toBe(1);
    });
});
