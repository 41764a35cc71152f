import { describe, expect, it } from "vitest";
import { managementApi } from "../src/managementApi.ts";
import { brokenServers, startServer } from "./brokenServers.ts";

describe("a server that", () => {
    it.each(brokenServers)("$title is reported in a sentence within the limit", async (server) => {
        const { port, close } = await startServer(server);
        try {
            const api = managementApi({
                endpoint: `http://127.0.0.1:${port}`,
                username: "web",
                password: "s3cr3t-s3cr3t",
                ...(server.isSlow === true && { timeoutMs: 300 }),
            });
            const failure = await api.definitions().then(
                () => "no failure",
                (error: unknown) => String(error),
            );
            expect(failure).toContain(server.says);
            expect(failure).not.toContain("s3cr3t");
        } finally {
            close();
        }
    });

    it.each([5672, 15_692, 1883])(
        "listens on port %i, which is for something else, is named",
        async (port) => {
            const api = managementApi({
                endpoint: `http://127.0.0.1:${port}`,
                username: "web",
                password: "s3cr3t-s3cr3t",
            });
            await expect(api.definitions()).rejects.toThrow(`cannot be reached (port ${port} is for `);
        },
    );
});
