import { expect } from "vitest";
import { z } from "zod";
import { runInContainer } from "../../../src/cli/runInContainer.ts";
import { addressOf } from "../../chaos/container.ts";
import { mailPort, webhookPort } from "../../chaos/sink/sink.ts";
import { nameServerAddress } from "../support/configuration.ts";
import { ingressNamespace } from "../support/entrance.ts";
import { experiment } from "../support/experiment.ts";
import {
    addressesOf,
    type Destination,
    type Origin,
    type ProbePod,
    reached,
    removeProbes,
    startProbes,
} from "../support/probes.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";

const group = "Network";

const statefulServices = ["gateway", "analyzer-orchestrator", "result-processor", "notifier"];
const analyzers = ["headers", "content", "links", "attachments"].map((name) => `analyzer-${name}`);
const services = [...statefulServices, ...analyzers];
const mailServices = ["gateway", ...analyzers];

/** What a pod is for the rules of docs/how-to/deploy-to-kubernetes.md; everything else is a stranger. */
type Role = "broker" | "service" | "migration" | "stranger" | "elsewhere" | "outside";

interface Source extends Origin {
    readonly name: string;
    readonly role: Role;
}

interface Target extends Destination {
    readonly name: string;
    readonly role: Role;
    /** The pod that listens, and its namespace; none outside the cluster. */
    readonly pod?: string;
    readonly namespace?: string;
}

interface Pair {
    readonly source: Source;
    readonly target: Target;
}

const httpPort = 8080;
const metricsPort = 9464;
const amqpsPort = 5671;
const managementPort = 15_671;
const brokerMetricsPort = 15_691;
/** Port mapper, streams' replication, Erlang distribution and command line tools. */
const betweenNodes = [4369, 6000, 25_672, 35_672];
const withoutTls = [5672, 15_672, 15_692];
/** No sentence names it. */
const unusedPort = 9999;
const databasePort = 5432;
const storePort = 9000;
/** A port of the mail server that `notificationPeers` does not name. */
const otherPort = 2526;

/** Strangers with the labels of the stack's pods, whose listeners show that no port but the promised ones is open. */
const imitations: readonly (ProbePod & { readonly role: Role; readonly as: string })[] = [
    {
        namespace: prodNamespace,
        name: "probe-broker",
        labels: { "app.kubernetes.io/name": "rabbitmq" },
        ports: [amqpsPort, managementPort, brokerMetricsPort, ...betweenNodes, ...withoutTls, unusedPort],
        role: "broker",
        as: "broker",
    },
    {
        namespace: prodNamespace,
        name: "probe-gateway",
        labels: serviceLabels("gateway"),
        ports: [httpPort, metricsPort, unusedPort],
        role: "service",
        as: "gateway",
    },
    {
        namespace: prodNamespace,
        name: "probe-notifier",
        labels: serviceLabels("notifier"),
        ports: [httpPort, metricsPort, unusedPort],
        role: "service",
        as: "notifier",
    },
    {
        namespace: prodNamespace,
        name: "probe-migration",
        labels: { "app.kubernetes.io/name": "spot-database-migration" },
        ports: [httpPort, metricsPort],
        role: "migration",
        as: "migration",
    },
    {
        namespace: prodNamespace,
        name: "probe-stranger",
        labels: { "app.kubernetes.io/name": "stranger" },
        ports: [httpPort, metricsPort],
        role: "stranger",
        as: "stranger",
    },
    // With the labels of a service, but in another namespace.
    ...["deployment", "keda", "monitoring", ingressNamespace, "elsewhere"].map((namespace) => ({
        namespace,
        name: "probe",
        labels: serviceLabels("gateway"),
        ports: [httpPort, metricsPort],
        role: "elsewhere" as const,
        as: namespace,
    })),
];

function serviceLabels(name: string): Readonly<Record<string, string>> {
    return {
        "app.kubernetes.io/part-of": "spot-platform",
        "app.kubernetes.io/component": "service",
        "app.kubernetes.io/name": name,
    };
}

/** Whether the how-to promises that this connection is possible. Each branch is one of its sentences. */
function isPromised({ source, target }: Pair, values: Site["values"]): boolean {
    const list = (key: string): readonly string[] =>
        z.array(z.string()).parse(JSON.parse(values[key] ?? "[]"));
    const isStack = (role: Role): boolean => role !== "elsewhere" && role !== "outside";
    const from = source.name.replace(/^probe-/, "");
    const to = target.name.replace(/^probe-/, "");
    const isFromMonitoring = source.role === "elsewhere" && from === values["monitoringNamespace"];
    if (!isStack(source.role) && !isStack(target.role)) {
        return true; // No policy of the stack is about them.
    }
    switch (target.role) {
        case "broker":
            return (
                (target.port === amqpsPort && source.role === "service") ||
                (target.port === managementPort &&
                    source.role === "elsewhere" &&
                    list("managementNamespaces").includes(from)) ||
                (target.port === brokerMetricsPort && isFromMonitoring) ||
                (betweenNodes.includes(target.port) && source.role === "broker")
            );
        case "service":
            return (
                (target.port === metricsPort && isFromMonitoring) ||
                (target.port === httpPort &&
                    to === "gateway" &&
                    source.role === "elsewhere" &&
                    from === values["ingressNamespace"])
            );
        case "outside":
            switch (to) {
                case "name server":
                    return target.port === 53 && source.role !== "stranger";
                case "database":
                    return source.role === "migration" || statefulServices.includes(from);
                case "object store":
                    return mailServices.includes(from);
                case "mail server":
                    return from === "notifier" && target.port !== otherPort;
                default:
                    return false;
            }
        case "migration":
        case "stranger":
        case "elsewhere":
            return false;
    }
}

function describePair({ source, target }: Pair): string {
    return `${source.name} -> ${target.name} ${target.protocol} ${target.port}`;
}

async function sourcesOf(site: Site): Promise<readonly Source[]> {
    const [broker] = await addressesOf(site, prodNamespace, "rabbitmq-server-0");
    const running = await Promise.all(
        services.map(async (name): Promise<Source> => {
            const [found] = await addressesOf(site, prodNamespace, serviceLabels(name));
            return { ...sourceIn(found?.pod), name, role: "service", shell: "python" };
        }),
    );
    return [
        { ...sourceIn(broker?.pod), name: "broker", role: "broker", shell: "bash", container: "rabbitmq" },
        ...running,
        ...imitations.map(
            ({ namespace, name, role, as }): Source => ({
                namespace,
                pod: name,
                name: namespace === prodNamespace ? `probe-${as}` : as,
                role,
                shell: "python",
            }),
        ),
    ];
}

function sourceIn(pod: string | undefined): Pick<Source, "namespace" | "pod"> {
    if (pod === undefined) {
        throw new Error("a pod of the stack is not ready");
    }
    return { namespace: prodNamespace, pod };
}

async function targetsOf(site: Site): Promise<readonly Target[]> {
    const { cluster, database, store, sink } = site;
    const tcp = (to: Omit<Target, "port" | "protocol">, ports: readonly number[]): readonly Target[] =>
        ports.map((port) => ({ ...to, port, protocol: "TCP" }));
    const inside = { namespace: prodNamespace };
    const targets: Target[] = [];
    // Not the node from which connections start.
    for (const { pod, address } of await addressesOf(site, prodNamespace, "rabbitmq-server-1")) {
        const broker = { ...inside, name: "broker", role: "broker", pod, address } as const;
        targets.push(
            ...tcp(broker, [
                amqpsPort,
                managementPort,
                brokerMetricsPort,
                ...betweenNodes.filter((port) => port !== 6000 && port !== 35_672),
                ...withoutTls,
            ]),
        );
    }
    for (const name of services) {
        const [found] = await addressesOf(site, prodNamespace, serviceLabels(name));
        const service = { ...inside, name, role: "service", pod: found?.pod, address: found?.address ?? "" };
        targets.push(...tcp(service as Target, name === "gateway" ? [httpPort, metricsPort] : [metricsPort]));
    }
    for (const { namespace, name, role, ports, as } of imitations) {
        const [found] = await addressesOf(site, namespace, name);
        const shown = namespace === prodNamespace ? `probe-${as}` : as;
        targets.push(
            ...tcp({ namespace, name: shown, role, pod: name, address: found?.address ?? "" }, ports),
        );
    }
    const outside = async (name: string, container: Site["sink"]["container"], ports: readonly number[]) =>
        tcp({ name, role: "outside", address: (await addressOf(container, cluster.name)) ?? "" }, ports);
    const [nameServer] = await addressesOf(site, "kube-system", { "k8s-app": "kube-dns" });
    const dns = { name: "name server", role: "outside", port: 53 } as const;
    const [node] = cluster.nodes;
    targets.push(
        ...(await outside("database", database.container, [databasePort])),
        ...(await outside("object store", store.container, [storePort])),
        ...(await outside("mail server", sink.container, [mailPort, webhookPort, otherPort])),
        { ...dns, address: nameServerAddress, protocol: "UDP" },
        { ...dns, address: nameServerAddress, protocol: "TCP" },
        { ...dns, address: nameServer?.address ?? "", protocol: "UDP" },
        { ...dns, address: nameServer?.address ?? "", protocol: "TCP" },
        // Its metrics.
        { ...dns, address: nameServer?.address ?? "", protocol: "TCP", port: 9153 },
        ...tcp({ name: "Kubernetes API", role: "outside", address: "10.96.0.1" }, [443]),
        ...tcp({ name: "Kubernetes API", role: "outside", address: cluster.control.address }, [6443]),
        ...tcp({ name: "kubelet", role: "outside", address: node?.address ?? "" }, [10_250]),
    );
    return targets;
}

/** Listens on a port of the mail server that nobody needs. */
async function openOtherPort({ sink }: Site): Promise<void> {
    const program = `import socketserver as s; s.ThreadingTCPServer(("0.0.0.0", ${otherPort}), s.BaseRequestHandler).serve_forever()`;
    await runInContainer(sink.container, ["sh", "-c", `python3 -c '${program}' >/dev/null 2>&1 &`]);
}

interface Matrix {
    readonly pairs: readonly Pair[];
    /** How the pairs differ from the promises. */
    readonly wrong: () => Promise<readonly string[]>;
}

async function matrixOf(site: Site): Promise<Matrix> {
    const [sources, targets] = [await sourcesOf(site), await targetsOf(site)];
    const pairs = sources.flatMap((source) =>
        targets
            .filter(({ pod, namespace }) => pod !== source.pod || namespace !== source.namespace)
            .map((target) => ({ source, target })),
    );
    return { pairs, wrong: async () => await wrongOf(site, pairs) };
}

/** A pair is wrong if it differs twice: policies follow new pods within seconds, and a busy machine answers late. */
async function wrongOf(site: Site, pairs: readonly Pair[]): Promise<readonly string[]> {
    const first = await differing(site, pairs);
    const second = first.length === 0 ? [] : await differing(site, first);
    return second
        .map((pair) => `${describePair(pair)} is ${isPromised(pair, site.values) ? "denied" : "allowed"}`)
        .sort();
}

async function differing(site: Site, pairs: readonly Pair[]): Promise<readonly Pair[]> {
    const wrong: Pair[] = [];
    for (const source of new Set(pairs.map((pair) => pair.source))) {
        const own = pairs.filter((pair) => pair.source === source);
        const answers = await reached(
            site,
            source,
            own.map(({ target }) => target),
        );
        wrong.push(...own.filter((pair, index) => isPromised(pair, site.values) !== answers[index]));
    }
    return wrong;
}

export function networkExperiments(site: () => Site): void {
    experiment(
        group,
        "of all pairs of pods and ports, exactly those connect that the how-to promises",
        async (note) => {
            await withProbes(site(), async ({ pairs, wrong }) => {
                const promised = pairs.filter((pair) => isPromised(pair, site().values));
                const found = await wrong();
                note(`${pairs.length} pairs, ${promised.length} promised, ${found.length} wrong`);
                expect(found, found.join("\n")).toEqual([]);
                expect(promised.length).toBeGreaterThan(100);
            });
        },
    );

    experiment(
        group,
        "without one of its policies the pairs of the matrix change, and with it again they do not",
        async (note) => {
            await withProbes(site(), async ({ pairs, wrong }) => {
                const changed = async (name: string): Promise<readonly string[]> => {
                    const policy = site().declared.objects.find(
                        ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === name,
                    );
                    if (policy === undefined) {
                        throw new Error(`the stack has no network policy "${name}"`);
                    }
                    const { client } = site().cluster;
                    await client.remove(policy);
                    let found: readonly string[] = [];
                    try {
                        await expect
                            .poll(async () => (found = await wrong()).length, { timeout: 60_000 })
                            .toBeGreaterThan(0);
                    } finally {
                        await client.apply(policy);
                    }
                    note(`${found.length} pairs change without "${name}"`);
                    return found;
                };
                const broker = await changed("rabbitmq");
                // Without its policy, the broker has no traffic at all, because everything is denied by default.
                expect(broker.filter((pair) => !pair.endsWith("is denied"))).toEqual([]);
                const open = await changed("default-deny");
                expect(open.filter((pair) => !pair.includes("probe-stranger"))).toEqual([]);
                await expect.poll(wrong, { timeout: 120_000 }).toEqual([]);
                note(`${pairs.length} pairs, 0 wrong afterwards`);
            });
        },
    );
}

async function withProbes(site: Site, work: (matrix: Matrix) => Promise<void>): Promise<void> {
    await openOtherPort(site);
    try {
        await startProbes(site, imitations);
        await work(await matrixOf(site));
    } finally {
        await removeProbes(site, imitations);
    }
}
