import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { kubectl } from "./kubectl.ts";
import { loadImage } from "./loadImage.ts";
import { forwardPort } from "./portForward.ts";
import { ensurePrometheusImage } from "./prometheusImage.ts";
import type { Site } from "./site.ts";

/** Where Prometheus runs; the stack's `monitoringNamespace`. */
export const monitoringNamespace = "monitoring";
/** The stack's `monitoringLabels`, by which Prometheus selects what the stack declares. */
export const monitoringLabel = { release: "prometheus" } as const;
/** The values of a stack that is monitored. */
export const monitoringValues = {
    // Short, so that jobs can miss it.
    analysisDeadline: "2 minutes",
    monitoringNamespace,
    monitoringLabels: JSON.stringify(["release=prometheus"]),
} as const;

const name = "main";
const httpPort = 9090;

const answerShape = z.object({ status: z.literal("success"), data: z.unknown() });
const targetsShape = z.object({
    activeTargets: z.array(
        z.looseObject({
            scrapePool: z.string(),
            scrapeUrl: z.string(),
            health: z.string(),
            lastError: z.string(),
            labels: z.record(z.string(), z.string()),
        }),
    ),
});
const rulesShape = z.object({
    groups: z.array(
        z.looseObject({
            name: z.string(),
            rules: z.array(
                z.looseObject({
                    name: z.string(),
                    query: z.string(),
                    health: z.string(),
                    lastError: z.string().optional(),
                    state: z.string(),
                    duration: z.number(),
                }),
            ),
        }),
    ),
});
const vectorShape = z.object({ result: z.array(z.unknown()) });

/** A place from which Prometheus scrapes. */
export type ScrapeTarget = z.infer<typeof targetsShape>["activeTargets"][number];
/** A rule as Prometheus evaluates it. */
export type LoadedRule = z.infer<typeof rulesShape>["groups"][number]["rules"][number];

/** A Prometheus of the operator, in the cluster. */
export interface Prometheus {
    readonly targets: () => Promise<readonly ScrapeTarget[]>;
    readonly rules: () => Promise<readonly LoadedRule[]>;
    /** The number of series that a query returns. */
    readonly seriesOf: (query: string) => Promise<number>;
    readonly close: () => Promise<void>;
}

/** Starts a Prometheus that the operator configures by the monitors and rules with {@link monitoringLabel}. */
export async function startPrometheus({ cluster }: Pick<Site, "cluster">): Promise<Prometheus> {
    const { client, docker } = cluster;
    const image = await ensurePrometheusImage(docker, () => undefined);
    await loadImage(cluster, image.name);
    for (const object of prometheusObjects(image.name, image.version)) {
        await client.apply(object);
    }
    const pod = `prometheus-${name}-0`;
    const deadline = Date.now() + 180_000;
    // The operator creates it after a moment.
    while ((await kubectl(cluster, podArguments(pod))) === "") {
        if (Date.now() > deadline) {
            throw new Error(`pod "${pod}": the operator does not create it`);
        }
        await sleep(1_000);
    }
    await kubectl(cluster, [
        ...["wait", "-n", monitoringNamespace, `pod/${pod}`, "--for=condition=Ready", "--timeout=300s"],
    ]);
    return await connectPrometheus(cluster);
}

/** Connects to a Prometheus that runs. */
export async function connectPrometheus(cluster: Parameters<typeof forwardPort>[0]): Promise<Prometheus> {
    const forwarded = await forwardPort(cluster, {
        namespace: monitoringNamespace,
        selector: "app.kubernetes.io/name=prometheus",
        port: httpPort,
    });
    const get = async (path: string): Promise<unknown> => {
        // What experiments disturb disturbs Prometheus, too.
        const response = await repeatedly(3, () =>
            fetch(`http://127.0.0.1:${forwarded.port}/api/v1/${path}`, {
                signal: AbortSignal.timeout(30_000),
            }),
        );
        const answer: unknown = await response.json();
        const parsed = answerShape.safeParse(answer);
        if (!parsed.success) {
            throw new Error(`Prometheus: ${path}: ${JSON.stringify(answer)}`);
        }
        return parsed.data.data;
    };
    return {
        targets: async () => targetsShape.parse(await get("targets?state=active")).activeTargets,
        rules: async () =>
            rulesShape.parse(await get("rules?type=alert")).groups.flatMap(({ rules }) => rules),
        seriesOf: async (query) =>
            vectorShape.parse(await get(`query?query=${encodeURIComponent(query)}`)).result.length,
        close: forwarded.close,
    };
}

/** Tries it so many times. @throws the last error */
async function repeatedly<Result>(times: number, work: () => Promise<Result>): Promise<Result> {
    try {
        return await work();
    } catch (error) {
        if (times === 1) {
            throw error;
        }
        await sleep(1_000);
        return await repeatedly(times - 1, work);
    }
}

function podArguments(pod: string): readonly string[] {
    return ["get", "pod", "-n", monitoringNamespace, pod, "--ignore-not-found", "-o", "name"];
}

function prometheusObjects(image: string, version: string) {
    const metadata = { name, namespace: monitoringNamespace };
    const clusterRole = { name: "prometheus-main" };
    const selected = { matchLabels: monitoringLabel };
    return [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: monitoringNamespace } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: clusterRole,
            rules: [
                {
                    apiGroups: [""],
                    resources: ["services", "endpoints", "pods", "namespaces"],
                    verbs: ["get", "list", "watch"],
                },
                {
                    apiGroups: ["discovery.k8s.io"],
                    resources: ["endpointslices"],
                    verbs: ["get", "list", "watch"],
                },
            ],
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: clusterRole,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", ...clusterRole },
            subjects: [{ kind: "ServiceAccount", ...metadata }],
        },
        {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "Prometheus",
            metadata,
            spec: {
                image,
                version,
                replicas: 1,
                serviceAccountName: name,
                evaluationInterval: "15s",
                serviceMonitorSelector: selected,
                serviceMonitorNamespaceSelector: {},
                podMonitorSelector: selected,
                podMonitorNamespaceSelector: {},
                ruleSelector: selected,
                ruleNamespaceSelector: {},
                resources: { requests: { cpu: "50m", memory: "128Mi" } },
            },
        },
    ];
}
