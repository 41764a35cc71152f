import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { alertPages, blocksOf, commandsOf, operationPages, preamble } from "../unit/docs/runbooks.ts";
import { connect } from "./support/apiClient.ts";
import { declaredObjects, storeAll } from "./support/declaredObjects.ts";
import { ensureKubectl } from "./support/executables.ts";
import { kubeconfig } from "./support/kubeconfig.ts";
import { clusterObject } from "./support/namedObjects.ts";
import type { KubernetesObject } from "./support/object.ts";

const server = inject("apiServer");
const client = connect(server);
const namespace = "runbooks";
const host = "host-a";
const deployment = "analyzer-links";

function inside(apiVersion: string, kind: string, name: string, content = {}): KubernetesObject {
    return { apiVersion, kind, metadata: { name, namespace }, ...content };
}

/** A pod that no host has, because nothing schedules it. */
function waitingPod(name: string, container: string, labels: object): KubernetesObject {
    const securityContext = {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
    };
    const containers = [{ name: container, image: "example.com/spot:1", securityContext }];
    return inside("v1", "Pod", name, { metadata: { name, namespace, labels }, spec: { containers } });
}

interface Deployed {
    readonly metadata: { readonly uid: string };
    readonly spec: {
        readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
        readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } };
    };
}

/** The release of a deployment as the controller keeps it, for a rollback. */
function revision({ metadata, spec }: Deployed, number: number): KubernetesObject {
    const labels = { ...spec.template.metadata.labels, "pod-template-hash": `release-${number}` };
    const name = `${deployment}-${number}`;
    const owner = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: deployment,
        uid: metadata.uid,
        controller: true,
    };
    return inside("apps/v1", "ReplicaSet", name, {
        metadata: {
            ...{ name, namespace, labels, ownerReferences: [owner] },
            annotations: { "deployment.kubernetes.io/revision": String(number) },
        },
        spec: {
            replicas: 0,
            selector: {
                matchLabels: { ...spec.selector.matchLabels, "pod-template-hash": `release-${number}` },
            },
            template: { ...spec.template, metadata: { labels } },
        },
    });
}

const commands = [
    ...new Set(
        [...alertPages, ...operationPages].flatMap((page) =>
            blocksOf(page)
                .filter(({ info }) => info === "sh kubernetes")
                .flatMap(commandsOf),
        ),
    ),
];

/** The commands of the runbooks for Kubernetes, by kubectl on a real API server. Not proved here: what a kubelet answers, since none runs. */
describe("the runbooks on Kubernetes", () => {
    let folder: string;
    let environment: NodeJS.ProcessEnv;

    async function run(line: string): Promise<{ readonly code: number; readonly output: string }> {
        const functions = preamble("kubernetes").replace("NAMESPACE=spot-prod", `NAMESPACE=${namespace}`);
        return await new Promise((resolve) => {
            execFile(
                "bash",
                [
                    "-eu",
                    "-o",
                    "pipefail",
                    "-c",
                    `kubectl() { command "$KUBECTL" "$@"; }\n${functions}\n${line} 2>&1`,
                ],
                { env: environment },
                (error, output) => {
                    resolve({
                        code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
                        output,
                    });
                },
            );
        });
    }

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "runbooks-"));
        const KUBECONFIG = join(folder, "kubeconfig");
        await writeFile(KUBECONFIG, kubeconfig(server, server.token), { mode: 0o600 });
        const KUBECTL = await ensureKubectl((message) => process.stderr.write(`${message}\n`));
        environment = { ...process.env, KUBECONFIG, KUBECTL, HOST: host, HOME: folder };
        const objects = await declaredObjects(namespace);
        await storeAll(client, objects);
        const stored: unknown = await client.read(inside("apps/v1", "Deployment", deployment));
        const deployed = stored as Deployed; // what the server stores
        await storeAll(client, [
            clusterObject("v1", "Node", host),
            inside("v1", "ServiceAccount", "default"),
            waitingPod("rabbitmq-server-0", "rabbitmq", { "app.kubernetes.io/component": "rabbitmq" }),
            waitingPod(`${deployment}-1-a`, "service", {
                ...deployed.spec.template.metadata.labels,
                "pod-template-hash": "release-1",
            }),
            revision(deployed, 1),
            revision(deployed, 2),
        ]);
    });

    afterAll(async () => {
        await rm(folder, { recursive: true, force: true });
    });

    it.each([...commands, "logs analyzer.links"])("have a command that works: %s", async (command) => {
        const { code, output } = await run(command);
        expect(code, output).toBe(0);
    });

    it("restart a service whose name has dots", async () => {
        expect(await run("restart analyzer.links")).toEqual({
            code: 0,
            output: `deployment.apps/${deployment} restarted\n`,
        });
    });

    it.each(["in_node rabbitmqctl -q version", "health analyzer.links"])(
        "ask the host of the pod: %s",
        async (command) => {
            const { code, output } = await run(command);
            expect(output).toMatch(/does not have a host assigned/);
            expect(code).toBe(1);
        },
    );
});
