import { expect } from "vitest";
import { z } from "zod";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { experiment } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { isReady, podShape, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";

const group = "Pods";

const statusFields = z.object({
    CapBnd: z.string(),
    Seccomp: z.string(),
    NoNewPrivs: z.string(),
    Uid: z.string(),
});

/** What the kernel reports about the first process of a container. */
async function processOf(site: Site, pod: string, container: string): Promise<z.infer<typeof statusFields>> {
    const text = await kubectl(site.cluster, [
        ...["exec", "-n", prodNamespace, pod, "-c", container, "--", "cat", "/proc/1/status"],
    ]);
    return statusFields.parse(
        Object.fromEntries(text.split("\n").map((line) => line.split(":\t").map((part) => part.trim()))),
    );
}

/** Restricted pods: what the kernel enforces, not what the objects declare. */
export function podExperiments(site: () => Site): void {
    experiment(
        group,
        "every pod of broker and services runs without root, capabilities and new privileges, and with a seccomp filter",
        async (note) => {
            const pods = await podsIn(site().cluster, prodNamespace);
            const running = pods.filter(({ status }) => status.phase === "Running");
            expect(running.length).toBeGreaterThanOrEqual(19);
            const facts: string[] = [];
            for (const { metadata, spec } of running) {
                for (const { name } of spec.containers) {
                    const { CapBnd, Seccomp, NoNewPrivs, Uid } = await processOf(site(), metadata.name, name);
                    const uids = Uid.split("\t");
                    facts.push(
                        [
                            Number.parseInt(CapBnd, 16) === 0 ? "no capability" : CapBnd,
                            Seccomp === "2" ? "filter" : `seccomp ${Seccomp}`,
                            NoNewPrivs === "1" ? "no new privileges" : "may gain privileges",
                            uids.includes("0") ? "root" : "no root",
                        ].join(", "),
                    );
                }
            }
            expect([...new Set(facts)]).toEqual(["no capability, filter, no new privileges, no root"]);
            note(`${facts.length} containers`);
        },
    );

    experiment(group, "no pod can write to its root file system", async (note) => {
        const pods = await podsIn(site().cluster, prodNamespace);
        const answers = new Map<string, string>();
        for (const { metadata, spec, status } of pods.filter((pod) => pod.status.phase === "Running")) {
            for (const { name } of spec.containers) {
                const answer = await kubectl(site().cluster, [
                    ...["exec", "-n", prodNamespace, metadata.name, "-c", name, "--"],
                    ...["sh", "-c", "touch /probe /usr/probe /etc/probe 2>&1; exit 0"],
                ]);
                answers.set(`${metadata.name} ${status.phase}`, answer);
            }
        }
        for (const [pod, answer] of answers) {
            expect(answer.match(/Read-only file system/g), `${pod}: ${answer}`).toHaveLength(3);
        }
        note(`${answers.size} pods`);
    });

    experiment(group, "no service has a token of the Kubernetes API", async () => {
        const services = (await podsIn(site().cluster, prodNamespace)).filter(
            ({ metadata }) => metadata.labels["app.kubernetes.io/component"] === "service",
        );
        expect(services.length).toBeGreaterThanOrEqual(16);
        for (const { metadata } of services) {
            const answer = await kubectl(site().cluster, [
                ...["exec", "-n", prodNamespace, metadata.name, "--"],
                ...["sh", "-c", "ls /var/run/secrets/kubernetes.io 2>&1; exit 0"],
            ]);
            expect(answer, metadata.name).toContain("No such file or directory");
        }
    });

    experiment(group, "the replicas of a service and the broker's nodes are in different zones", async () => {
        const running = (await podsIn(site().cluster, prodNamespace)).filter(
            ({ status }) => status.phase === "Running",
        );
        const places = running.map(
            ({ metadata, spec }) =>
                `${metadata.labels["app.kubernetes.io/name"] ?? ""} on ${spec.nodeName ?? ""}`,
        );
        expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
    });

    experiment(group, "a process above its memory limit is killed, and its pod works again", async (note) => {
        const { cluster } = site();
        const [pod] = (await podsIn(cluster, prodNamespace)).filter(
            ({ metadata }) => metadata.labels["app.kubernetes.io/name"] === "analyzer-links",
        );
        const name = pod?.metadata.name ?? "";
        const answer = await kubectl(cluster, [
            ...["exec", "-n", prodNamespace, name, "--", "sh", "-c"],
            "python3 -c 'print(len(b\"x\" * (700 << 20)))'; echo $?",
            // The kernel may also end the service, and the command with it.
        ]).catch((error: unknown) => String(error));
        expect(answer).toContain("137");
        const object: KubernetesObject = {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name, namespace: prodNamespace },
        };
        await expect
            .poll(async () => isReady(podShape.parse(await cluster.client.read(object))), {
                timeout: 120_000,
                interval: 1_000,
            })
            .toBe(true);
        note("limit 512 MiB");
    });
}
