import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { kubeconfig } from "../../../../tests/kube/support/kubeconfig.ts";
import type { NeededKind } from "../../src/kubernetes/kubernetesKind.ts";
import { requireKinds } from "../../src/kubernetes/kubernetesKinds.ts";

// What a real server answers is tested in tests/kube.

const kinds: readonly NeededKind[] = [{ apiVersion: "example.com/v1", kind: "Thing", wayOut: "install it" }];

/** A port of the loopback interface that never answers, and the number of connections. */
async function silent(): Promise<{ readonly url: string; readonly calls: () => number }> {
    let calls = 0;
    const server = createServer((socket) => {
        calls += 1;
        socket.destroy();
    });
    onTestFinished(() => {
        server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    return { url: `https://127.0.0.1:${port}`, calls: () => calls };
}

describe("requireKinds", () => {
    it("reports nothing if nothing answers", async () => {
        const { url, calls } = await silent();
        const config = kubeconfig({ url, certificate: "", auditLog: "", token: "" }, "token");
        await expect(requireKinds({ kubeconfig: config }, kinds)).resolves.toBeUndefined();
        expect(calls()).toBeGreaterThan(0);
    });

    it("sends no request if nothing is needed", async () => {
        const { url, calls } = await silent();
        const config = kubeconfig({ url, certificate: "", auditLog: "", token: "" }, "token");
        await requireKinds({ kubeconfig: config }, []);
        expect(calls()).toBe(0);
    });

    it.each(["no kubeconfig: [", "apiVersion: v1\nkind: Config\n"])(
        "leaves it to the provider to refuse a kubeconfig that leads nowhere: %j",
        async (text) => {
            await expect(requireKinds({ kubeconfig: text }, kinds)).resolves.toBeUndefined();
        },
    );
});
