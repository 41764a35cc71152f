import { z } from "zod";
import { addressOf } from "../../chaos/container.ts";
import { mailPort, webhookPort } from "../../chaos/sink/sink.ts";
import { nameServerAddress } from "./configuration.ts";
import { ingressNamespace } from "./entrance.ts";
import { addressesOf, type Destination, type Origin, type ProbePod } from "./probes.ts";
import { prodNamespace } from "./prodValues.ts";
import type { Site } from "./site.ts";

const statefulServices = ["gateway", "analyzer-orchestrator", "result-processor", "notifier"];
const analyzers = ["headers", "content", "links", "attachments"].map((name) => `analyzer-${name}`);
const services = [...statefulServices, ...analyzers];
const mailServices = ["gateway", ...analyzers];

/** What a pod is for the rules of docs/how-to/deploy-to-kubernetes.md; a pod without a part in the stack is "unknown". */
type Role = "broker" | "service" | "migration" | "unknown" | "elsewhere" | "outside";

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

/** A connection to try. */
export interface Pair {
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
export const otherPort = 2526;

/** Pods with the labels of the stack's pods, whose listeners show that no port but the promised ones is open. */
export const imitations: readonly (ProbePod & { readonly role: Role; readonly as: string })[] = [
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
        name: "probe-unknown",
        labels: { "app.kubernetes.io/name": "unknown" },
        ports: [httpPort, metricsPort],
        role: "unknown",
        as: "unknown",
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
export function isPromised({ source, target }: Pair, values: Site["values"]): boolean {
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
                    return target.port === 53 && source.role !== "unknown";
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
        case "unknown":
        case "elsewhere":
            return false;
    }
}

/** For messages. */
export function describePair({ source, target }: Pair): string {
    return `${source.name} -> ${target.name} ${target.protocol} ${target.port}`;
}

/** A running pod of every kind. */
export async function sourcesOf(site: Site): Promise<readonly Source[]> {
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

/** Every kind of server, and the ports that something listens on. */
export async function targetsOf(site: Site): Promise<readonly Target[]> {
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
