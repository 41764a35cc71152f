import { createServer, type RequestListener } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { NeededKind } from "../../../src/kubernetes/kubernetesKind.ts";
import { requireKinds, requireKubernetes } from "../../../src/kubernetes/needs/requireKubernetes.ts";
import { rightProblems } from "../../../src/kubernetes/needs/rightProblems.ts";
import { kubernetesReader } from "../../../src/kubernetes/server/kubernetesReader.ts";

// What a real server answers is tested in tests/kube.

const kinds: readonly NeededKind[] = [{ apiVersion: "example.com/v1", kind: "Thing", wayOut: "install it" }];
const namespace = "shop";

function kubeconfig(url: string, currentContext = "test"): string {
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

/** An API server that answers as a test says, and the number of requests to it. */
async function server(
    answer: RequestListener,
): Promise<{ readonly url: string; readonly calls: () => number }> {
    let calls = 0;
    const listener = createServer((request, response) => {
        calls += 1;
        answer(request, response);
    });
    return { url: `http://127.0.0.1:${await listen(listener)}`, calls: () => calls };
}

async function listen(listener: ReturnType<typeof createSocketServer>): Promise<number> {
    onTestFinished(() => {
        listener.close();
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return z.object({ port: z.number() }).parse(listener.address()).port;
}

function json(code: number, value: unknown, headers: Readonly<Record<string, string>> = {}): RequestListener {
    return (_, response) => {
        response.writeHead(code, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify(value));
    };
}

async function refusal(config: string, context?: string): Promise<string> {
    return await requireKubernetes({ kubeconfig: config, context }, { kinds }).then(
        () => "accepted",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
}

const nothing = { resources: [], versions: [] };

describe("requireKubernetes", () => {
    it("sends no request if nothing is needed", async () => {
        const { url, calls } = await server(json(500, {}));
        await requireKubernetes({ kubeconfig: kubeconfig(url) }, {});
        await requireKubernetes({ kubeconfig: kubeconfig(url) }, { kinds: [] });
        expect(calls()).toBe(0);
    });

    it.each([429, 500, 502, 503, 504])("asks again where the server answers %i", async (code) => {
        let failures = 2;
        const { url } = await server((request, response) => {
            const busy = failures-- > 0;
            json(busy ? code : 200, busy ? {} : nothing, { "retry-after": "0" })(request, response);
        });
        expect(await refusal(kubeconfig(url))).toBe(
            `Kubernetes at ${url} cannot run this stack:\n- kind "Thing" of example.com/v1: not installed; install it`,
        );
    });

    it("waits as long as the server says", async () => {
        let busy = true;
        const { url } = await server((request, response) => {
            json(busy ? 429 : 200, nothing, { "retry-after": "1" })(request, response);
            busy = false;
        });
        const begun = performance.now();
        expect(await refusal(kubeconfig(url))).toContain("not installed");
        expect(performance.now() - begun).toBeGreaterThan(990);
    });

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
        const { url, calls } = await server(json(code, body, { "retry-after": "0" }));
        expect(await refusal(kubeconfig(url))).toBe(`Kubernetes at ${url} ${words}`);
        expect(calls()).toBe(code === 429 || code === 503 ? 4 : 1);
    });

    it.each([200, 404])("recognises a server of something else that answers %i", async (code) => {
        const { url } = await server((_, response) => {
            response.writeHead(code, { "content-type": "text/html" });
            response.end("<html>welcome</html>");
        });
        expect(await refusal(kubeconfig(url))).toContain(`answers ${code} without the JSON of an API server`);
    });

    it("skips what the identity may not read", async () => {
        const { url } = await server(
            json(403, { message: 'storageclasses is forbidden: User "deployer" cannot list' }),
        );
        const objects = [{ kind: "StorageClass", name: "fast", setting: "storageClass" }] as const;
        const needs = { version: "1.30", namespace, kinds, objects };
        await expect(requireKubernetes({ kubeconfig: kubeconfig(url) }, needs)).resolves.toBeUndefined();
    });

    it("reports everything together", async () => {
        const answers: Readonly<Record<string, unknown>> = {
            "/version": { major: "1", minor: "29+" },
            [`/api/v1/namespaces/${namespace}`]: {
                metadata: { deletionTimestamp: "2026-05-04T10:00:00Z" },
                status: {
                    conditions: [
                        { type: "NamespaceDeletionContentFailure", status: "False", message: "all deleted" },
                        {
                            type: "NamespaceFinalizersRemaining",
                            status: "True",
                            message:
                                "Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances",
                        },
                    ],
                },
            },
            "/apis/example.com": { versions: [{ groupVersion: "example.com/v2" }] },
            "/apis/keda.sh/v1alpha1": { resources: [{ kind: "ScaledObject" }, { kind: "ScaledJob" }] },
            "/openapi/v3/apis/keda.sh/v1alpha1": {
                components: {
                    schemas: {
                        x: {
                            properties: {
                                spec: {
                                    required: ["triggers"],
                                    properties: { fallback: { enum: ["static"] }, triggers: {} },
                                },
                            },
                            "x-kubernetes-group-version-kind": [
                                { group: "keda.sh", version: "v1alpha1", kind: "ScaledObject" },
                            ],
                        },
                    },
                },
            },
            "/apis/storage.k8s.io/v1/storageclasses": {
                items: [{ metadata: { name: "standard" } }, { metadata: { name: "local" } }],
            },
            "/apis/networking.k8s.io/v1/ingressclasses": { items: [] },
            [`/apis/cert-manager.io/v1/namespaces/${namespace}/issuers`]: {
                items: [{ metadata: { name: "ours" } }],
            },
        };
        const { url } = await server((request, response) => {
            const value = answers[request.url ?? ""];
            json(value === undefined ? 404 : 200, value ?? { message: "not found" })(request, response);
        });
        const needs = {
            version: "1.30",
            namespace,
            kinds: [
                ...kinds,
                {
                    apiVersion: "keda.sh/v1alpha1",
                    kind: "ScaledObject",
                    wayOut: "install KEDA",
                    versions: "KEDA 2.17 or later",
                    manifest: { spec: { fallback: "other", cooldown: 1 } },
                },
                { apiVersion: "keda.sh/v1alpha1", kind: "TriggerAuthentication", wayOut: "install KEDA" },
                { apiVersion: "none.org/v1", kind: "A", wayOut: "install none" },
                { apiVersion: "none.org/v1", kind: "B", wayOut: "install none" },
            ],
            objects: [
                { kind: "StorageClass", name: "fast", setting: "storageClass" },
                { kind: "StorageClass", name: "standard", setting: "otherStorageClass" },
                { kind: "StorageClass", name: "fast", setting: "databaseStorageClass" },
                { kind: "IngressClass", name: "nginx", setting: "ingressClass" },
                { kind: "Issuer", name: "mine", setting: "tlsIssuer" },
                { kind: "ClusterIssuer", name: "internal", setting: "tlsIssuer" },
            ],
        } as const;
        await expect(requireKubernetes({ kubeconfig: kubeconfig(url) }, needs)).rejects.toThrow(
            [
                `Kubernetes at ${url} cannot run this stack:`,
                '- version "1.29": is older than 1.30; upgrade Kubernetes',
                `- namespace "${namespace}": is being deleted since 2026-05-04T10:00:00Z (Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances); have an administrator start the software that removes these finalizers, wait until it is deleted, have an administrator create it again with the rights of the deploying identity, and run the command again`,
                '- kind "Thing" of example.com/v1: the installed version has example.com/v2 instead; install another version',
                '- kind "ScaledObject" of keda.sh/v1alpha1: the installed version does not know "spec.cooldown"; install KEDA 2.17 or later',
                '- kind "ScaledObject" of keda.sh/v1alpha1: the installed version does not accept "other" as "spec.fallback"; install KEDA 2.17 or later',
                '- kind "ScaledObject" of keda.sh/v1alpha1: the installed version requires "spec.triggers", which this stack does not set; install KEDA 2.17 or later',
                '- kind "TriggerAuthentication" of keda.sh/v1alpha1: not installed; install KEDA',
                '- kind "A" of none.org/v1, kind "B" of none.org/v1: not installed; install none',
                '- storage class "fast" (storageClass, databaseStorageClass): does not exist; name one of "local", "standard", or create it',
                '- ingress class "nginx" (ingressClass): does not exist; there is none; create it',
                '- Issuer "mine" (tlsIssuer): does not exist; name "ours", or create it',
            ].join("\n"),
        );
    });

    it.each([
        [
            "NamespaceDeletionDiscoveryFailure",
            "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1",
            "have an administrator start the server of this API, or delete its APIService if nothing serves it, wait until it is deleted, ",
        ],
        [
            "NamespaceDeletionContentFailure",
            "Failed to delete all resource types, 1 remaining: Internal error occurred: error resolving resource",
            "wait until it is deleted, ",
        ],
    ])("names what ends the deletion of a namespace by its condition %s", async (type, message, steps) => {
        const conditions = [{ type, status: "True", message }];
        const { url } = await server(
            json(200, { metadata: { deletionTimestamp: "2026-05-04T10:00:00Z" }, status: { conditions } }),
        );
        await expect(requireKubernetes({ kubeconfig: kubeconfig(url) }, { namespace })).rejects.toThrow(
            `- namespace "${namespace}": is being deleted since 2026-05-04T10:00:00Z (${message}); ${steps}have an`,
        );
    });

    const rules = [
        { apiGroups: [""], resources: ["secrets", "services"], verbs: ["get", "create", "delete"] },
        { apiGroups: ["apps", "batch"], resources: ["jobs"], verbs: ["create"] },
    ];

    interface Granted {
        /** Of the review that lists rules; `undefined` if the server does not answer it. */
        readonly rules?: readonly unknown[];
        /** Whether the review of one right allows it; `undefined` if the server does not answer it. */
        readonly allows?: (right: string) => boolean;
        readonly problems: readonly string[];
        readonly requests: number;
    }

    it.each<[string, Granted]>([
        ["the same rules", { rules, problems: [], requests: 1 }],
        [
            "an administrator's rule",
            {
                rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
                problems: [],
                requests: 1,
            },
        ],
        ["an authorizer that lists no rules", { rules: [], allows: () => true, problems: [], requests: 9 }],
        ["a server that answers no reviews", { problems: [], requests: 9 }],
        [
            "nothing",
            {
                rules: [],
                allows: () => false,
                problems: [
                    "get, create, delete secrets, services; ask for them",
                    "create jobs.apps, jobs.batch; ask for them",
                ],
                requests: 9,
            },
        ],
        [
            "only other names, groups and verbs",
            {
                rules: [
                    { apiGroups: [""], resources: ["secrets"], verbs: ["*"], resourceNames: ["one"] },
                    { apiGroups: [""], resources: ["services"], verbs: ["get", "create"] },
                    { apiGroups: ["apps"], resources: ["*"], verbs: ["create"] },
                    { nonResourceURLs: ["*"], verbs: ["*"] },
                ],
                allows: (right) => right === "get secrets",
                problems: [
                    "create, delete secrets; ask for them",
                    "delete services; ask for them",
                    "create jobs.batch; ask for them",
                ],
                requests: 6,
            },
        ],
    ])("names the rights that an identity with %s lacks", async (_, granted) => {
        const { url, calls } = await server((request, response) => {
            void text(request).then((body) => {
                const { spec } = JSON.parse(body) as { spec: Record<string, Record<string, string>> };
                const { verb = "", resource = "" } = spec["resourceAttributes"] ?? {};
                const status =
                    spec["resourceAttributes"] === undefined
                        ? granted.rules && { resourceRules: granted.rules, nonResourceRules: [] }
                        : granted.allows && { allowed: granted.allows(`${verb} ${resource}`) };
                json(status === undefined ? 403 : 201, { status })(request, response);
            });
        });
        // Otherwise the namespace is read, too.
        const reader = kubernetesReader({ kubeconfig: kubeconfig(url) });
        const problems = await rightProblems(reader, namespace, { rules, wayOut: "ask for them" });
        const place = `namespace "${namespace}": this identity has no right to`;
        expect(problems).toEqual(granted.problems.map((each) => `${place} ${each}`));
        expect(calls()).toBe(granted.requests);
    });

    it("says that nothing listens, after it asked again", async () => {
        let calls = 0;
        const port = await listen(
            createSocketServer((socket) => {
                calls += 1;
                socket.destroy();
            }),
        );
        const url = `https://127.0.0.1:${port}`;
        expect(await refusal(kubeconfig(url))).toMatch(
            new RegExp(
                `^Kubernetes at ${url} cannot be reached \\(.+\\); check that it runs, that this machine has a way to it \\(VPN, proxy\\), and that "test" is the right context of the kubeconfig$`,
            ),
        );
        expect(calls).toBe(4);
    });

    it.each<[string, string, string | undefined, string | RegExp]>([
        [
            "without contexts",
            "apiVersion: v1\nkind: Config\n",
            undefined,
            "the kubeconfig names no current context; it has none; choose one with kubectl config use-context NAME, or pulumi config set kubernetes:context NAME",
        ],
        [
            "without the context",
            kubeconfig("https://127.0.0.1:1"),
            "staging",
            'the kubeconfig has no context "staging"; it has "test", "broken"; choose one with kubectl config use-context NAME, or pulumi config set kubernetes:context NAME',
        ],
        [
            "without the context's cluster",
            kubeconfig("https://127.0.0.1:1", "broken"),
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

    it("hands the reason to the caller that goes on without an answer", async () => {
        const reasons: string[] = [];
        await requireKubernetes({ kubeconfig: "{}" }, { kinds }, ({ message }) => {
            reasons.push(message);
        });
        expect(reasons).toHaveLength(1);
        expect(reasons[0]).toContain("the kubeconfig names no current context");
    });
});

describe("requireKinds", () => {
    it("reports nothing if nothing answers", async () => {
        const { url } = await server(json(401, {}));
        await expect(requireKinds({ kubeconfig: kubeconfig(url) }, kinds)).resolves.toBeUndefined();
    });
});
