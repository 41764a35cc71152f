import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { rightProblems } from "../../../src/kubernetes/needs/rightProblems.ts";
import { kubernetesReader } from "../../../src/kubernetes/server/kubernetesReader.ts";
import { answerJson, fakeApiServer, kubeconfigOf } from "../fakeApiServer.ts";

// What a real server answers is tested in tests/kube.

const namespace = "shop";

describe("rightProblems", () => {
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
        const { url, calls } = await fakeApiServer((request, response) => {
            void text(request).then((body) => {
                const { spec } = JSON.parse(body) as { spec: Record<string, Record<string, string>> };
                const { verb = "", resource = "" } = spec["resourceAttributes"] ?? {};
                const status =
                    spec["resourceAttributes"] === undefined
                        ? granted.rules && { resourceRules: granted.rules, nonResourceRules: [] }
                        : granted.allows && { allowed: granted.allows(`${verb} ${resource}`) };
                answerJson(status === undefined ? 403 : 201, { status })(request, response);
            });
        });
        // Otherwise the namespace is read, too.
        const reader = kubernetesReader({ kubeconfig: kubeconfigOf(url) });
        const problems = await rightProblems(reader, namespace, { rules, wayOut: "ask for them" });
        const place = `namespace "${namespace}": this identity has no right to`;
        expect(problems).toEqual(granted.problems.map((each) => `${place} ${each}`));
        expect(calls()).toBe(granted.requests);
    });
});
