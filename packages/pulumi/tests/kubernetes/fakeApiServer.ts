import { createServer, type RequestListener } from "node:http";
import type { Server } from "node:net";
import { onTestFinished } from "vitest";
import { z } from "zod";

/** A kubeconfig with the context `test` of this server, and the context `broken`, whose cluster is absent. */
export function kubeconfigOf(url: string, currentContext = "test"): string {
    return JSON.stringify({
        "current-context": currentContext,
        contexts: [
            { name: "test", context: { cluster: "test", user: "test" } },
            { name: "broken", context: { cluster: "elsewhere", user: "test" } },
        ],
        clusters: [{ name: "test", cluster: { server: url } }],
        users: [{ name: "test", user: { token: "token" } }],
    });
}

/** An API server that answers as a test says until the test ends, and the number of requests to it. */
export async function fakeApiServer(
    answer: RequestListener,
): Promise<{ readonly url: string; readonly calls: () => number }> {
    let calls = 0;
    const listener = createServer((request, response) => {
        calls += 1;
        answer(request, response);
    });
    return { url: `http://127.0.0.1:${await listen(listener)}`, calls: () => calls };
}

/**
 * Makes a server listen on a free port of this machine until the test ends.
 * @returns the port
 */
export async function listen(listener: Server): Promise<number> {
    onTestFinished(() => {
        listener.close();
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return z.object({ port: z.number() }).parse(listener.address()).port;
}

/** Answers every request with this value. */
export function answerJson(
    code: number,
    value: unknown,
    headers: Readonly<Record<string, string>> = {},
): RequestListener {
    return (_, response) => {
        response.writeHead(code, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify(value));
    };
}
