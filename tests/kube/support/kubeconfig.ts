import type { ApiServer } from "./apiClient.ts";

/** The text of a file by which a program reaches a test's API server, as whom a token names. */
export function kubeconfig({ url, certificate }: ApiServer, token: string): string {
    const named = { name: "test" };
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "test",
        contexts: [{ ...named, context: { cluster: "test", user: "test" } }],
        clusters: [
            {
                ...named,
                cluster: {
                    server: url,
                    "certificate-authority-data": Buffer.from(certificate).toString("base64"),
                },
            },
        ],
        users: [{ ...named, user: { token } }],
    });
}
