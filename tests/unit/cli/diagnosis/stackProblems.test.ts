import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { stackProblems } from "../../../../src/cli/diagnosis/stackProblems.ts";

const pods = {
    items: [
        {
            metadata: { name: "gateway-1" },
            spec: { containers: [{ name: "service", image: "spot:1" }] },
            status: {
                phase: "Pending",
                conditions: [
                    {
                        type: "PodScheduled",
                        status: "False",
                        reason: "Unschedulable",
                        message: "0/1 nodes are available: 1 Too many pods.",
                    },
                ],
            },
        },
    ],
};

/** The paths that were read from an API server with one pod, which refuses the other lists or does not know their kinds. */
async function apiServer(): Promise<readonly string[]> {
    const paths: string[] = [];
    const server = createServer((request, response) => {
        const path = request.url ?? "";
        paths.push(path);
        const code = path.endsWith("/pods") ? 200 : path.endsWith("/events") ? 403 : 404;
        response.writeHead(code, { "content-type": "application/json" });
        response.end(JSON.stringify(code === 200 ? pods : { message: "no" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const folder = await mkdtemp(join(tmpdir(), "problems-"));
    onTestFinished(async () => {
        server.close();
        await rm(folder, { recursive: true });
    });
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const file = join(folder, "kubeconfig");
    const config = {
        "current-context": "test",
        contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
        clusters: [{ name: "test", cluster: { server: `http://127.0.0.1:${port}` } }],
        users: [{ name: "test", user: {} }],
    };
    await writeFile(file, JSON.stringify(config));
    useKubeconfig(file);
    return paths;
}

function useKubeconfig(file: string): void {
    vi.stubEnv("KUBECONFIG", file);
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
}

describe("the problems of a stack", () => {
    it("are those of the objects in its namespace that the identity may read", async () => {
        const paths = await apiServer();
        expect(await stackProblems("prod")).toEqual([
            {
                kind: "pod",
                names: ["gateway-1"],
                problem: "no node fits (0/1 nodes are available: 1 Too many pods)",
                wayOut: "add nodes, or allow more pods on each",
            },
        ]);
        expect(paths).toHaveLength(10);
        expect(paths.filter((path) => !path.includes("/namespaces/spot-prod/"))).toEqual([]);
    });

    it("are unknown if the API server cannot be used", async () => {
        useKubeconfig("/no/such/kubeconfig");
        expect(await stackProblems("prod")).toBeUndefined();
    });

    it.each(["dev", "without-file"])("are not looked for on Kubernetes for stack %s", async (stack) => {
        const paths = await apiServer();
        expect(await stackProblems(stack)).toBeUndefined();
        expect(paths).toEqual([]);
    });
});
