import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { requireKubernetes } from "../../../src/kubernetes/needs/requireKubernetes.ts";
import { answerJson, fakeApiServer, kubeconfigOf, listen } from "../fakeApiServer.ts";

// What a real server answers is tested in tests/kube.

async function refusal(config: string, context?: string): Promise<string> {
    const kinds = [{ apiVersion: "example.com/v1", kind: "Thing", wayOut: "install it" }];
    return await requireKubernetes({ kubeconfig: config, context }, { kinds }).then(
        () => "accepted",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
}

const nothing = { resources: [], versions: [] };

describe("a server that is busy", () => {
    it.each([429, 500, 502, 503, 504])("asks again where the server answers %i", async (code) => {
        let failures = 2;
        const { url } = await fakeApiServer((request, response) => {
            const busy = failures-- > 0;
            answerJson(busy ? code : 200, busy ? {} : nothing, { "retry-after": "0" })(request, response);
        });
        expect(await refusal(kubeconfigOf(url))).toBe(
            `Kubernetes at ${url} cannot run this stack:\n- kind "Thing" of example.com/v1: not installed; install it`,
        );
    });

    it("waits as long as the server says", async () => {
        let busy = true;
        const { url } = await fakeApiServer((request, response) => {
            answerJson(busy ? 429 : 200, nothing, { "retry-after": "1" })(request, response);
            busy = false;
        });
        const begun = performance.now();
        expect(await refusal(kubeconfigOf(url))).toContain("not installed");
        expect(performance.now() - begun).toBeGreaterThan(990);
    });
});

describe("a server that cannot be used", () => {
    it.each<[number, unknown, string]>([
        [
            429,
            { message: "Too many requests, please try again later." },
            "answers 429 (Too many requests, please try again later.), also after 4 attempts; it is overloaded, starting or out of order: try again in a few minutes",
        ],
        [
            503,
            {},
            "answers 503, also after 4 attempts; it is overloaded, starting or out of order: try again in a few minutes",
        ],
        [
            401,
            { message: "Unauthorized" },
            'does not accept the credentials of context "test" (401 Unauthorized); log in again or renew the token in the kubeconfig',
        ],
        [
            403,
            { message: 'forbidden: User "system:anonymous" cannot get path "/apis"' },
            'does not accept the credentials of context "test" (it sees no user); log in again or renew the token in the kubeconfig',
        ],
        [
            302,
            {},
            'answers 302 without the JSON of an API server; check the address of context "test" in the kubeconfig',
        ],
    ])("says what %i means after the last attempt", async (code, body, words) => {
        const { url, calls } = await fakeApiServer(answerJson(code, body, { "retry-after": "0" }));
        expect(await refusal(kubeconfigOf(url))).toBe(`Kubernetes at ${url} ${words}`);
        expect(calls()).toBe(code === 429 || code === 503 ? 4 : 1);
    });

    it.each([200, 404])("recognises a server of something else that answers %i", async (code) => {
        const { url } = await fakeApiServer((_, response) => {
            response.writeHead(code, { "content-type": "text/html" });
            response.end("<html>welcome</html>");
        });
        expect(await refusal(kubeconfigOf(url))).toContain(
            `answers ${code} without the JSON of an API server`,
        );
    });

    it("says that nothing listens, after it asked again", async () => {
        let calls = 0;
        const port = await listen(
            createServer((socket) => {
                calls += 1;
                socket.destroy();
            }),
        );
        const url = `https://127.0.0.1:${port}`;
        expect(await refusal(kubeconfigOf(url))).toMatch(
            new RegExp(
                `^Kubernetes at ${url} cannot be reached \\(.+\\); check that it runs, that this machine has a way to it \\(VPN, proxy\\), and that "test" is the right context of the kubeconfig$`,
            ),
        );
        expect(calls).toBe(4);
    });
});

describe("a kubeconfig", () => {
    it.each<[string, string, string | undefined, string | RegExp]>([
        [
            "without contexts",
            "apiVersion: v1\nkind: Config\n",
            undefined,
            "the kubeconfig names no current context; it has none; choose one with kubectl config use-context NAME, or pulumi config set kubernetes:context NAME",
        ],
        [
            "without the context",
            kubeconfigOf("https://127.0.0.1:1"),
            "staging",
            'the kubeconfig has no context "staging"; it has "test", "broken"; choose one with kubectl config use-context NAME, or pulumi config set kubernetes:context NAME',
        ],
        [
            "without the context's cluster",
            kubeconfigOf("https://127.0.0.1:1", "broken"),
            undefined,
            'context "broken" of the kubeconfig names a cluster that the kubeconfig does not have; add the cluster, or choose one with kubectl config use-context NAME, or pulumi config set kubernetes:context NAME',
        ],
        [
            "that is not valid YAML",
            "no kubeconfig: [",
            undefined,
            /^the kubeconfig cannot be read \(.+\); set KUBECONFIG to the file of your cluster, or pulumi config set --secret kubernetes:kubeconfig FILE$/,
        ],
        [
            "whose command for credentials is not installed",
            JSON.stringify({
                "current-context": "test",
                contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
                clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1" } }],
                users: [
                    {
                        name: "test",
                        user: {
                            exec: {
                                apiVersion: "client.authentication.k8s.io/v1",
                                command: "no-such-command-of-a-cloud",
                                interactiveMode: "Never",
                            },
                        },
                    },
                ],
            }),
            undefined,
            /^context "test" of the kubeconfig: its credentials cannot be read \(.*no-such-command-of-a-cloud.*\); log in again, or install the command that the kubeconfig names$/,
        ],
    ])("says what is wrong with a kubeconfig %s", async (_, config, context, words) => {
        const message = await refusal(config, context);
        expect(message).toMatch(words);
        expect(message.split("\n")).toHaveLength(1);
    });
});
