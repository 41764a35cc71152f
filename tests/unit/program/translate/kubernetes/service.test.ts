import { bytes, duration } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { service } from "../../../../../packages/topology/src/model/index.ts";
import { toContractArgs } from "../../../../../src/services/kubernetes/contract.ts";
import { type ReleasedService, toDeploymentArgs } from "../../../../../src/services/kubernetes/deployment.ts";
import { toDisruptionBudgetArgs } from "../../../../../src/services/kubernetes/disruptionBudget.ts";
import { toHttpServiceArgs } from "../../../../../src/services/kubernetes/httpService.ts";
import { toIngressArgs } from "../../../../../src/services/kubernetes/ingress.ts";
import { toNetworkPolicyArgs } from "../../../../../src/services/kubernetes/networkPolicy.ts";
import { rejectLostClaim, toOldDataClaimArgs } from "../../../../../src/services/kubernetes/oldDataClaim.ts";
import { objectNameOf } from "../../../../../src/services/kubernetes/place.ts";
import { scalingQueues, toScaledObjectArgs } from "../../../../../src/services/kubernetes/scaledObject.ts";
import { toServiceAccountArgs } from "../../../../../src/services/kubernetes/serviceAccount.ts";
import {
    serviceSecretName,
    toServiceSecretArgs,
} from "../../../../../src/services/kubernetes/serviceSecret.ts";
import {
    scalingData,
    toScalingSecretArgs,
    toTriggerAuthenticationArgs,
} from "../../../../../src/services/kubernetes/triggerAuthentication.ts";
import { sampleProdTopology } from "../../../../support/sampleTopology.ts";

const namespace = "spot-prod";
const worker = service("spot", "analyzer.links", {
    consumes: [{ message: "job", queue: "jobs", prefetch: 4, jobLimit: duration("90 seconds") }],
    workload: { program: "analyzer", replicas: 2, settings: {} },
});
const gateway = service("spot", "gateway", {
    workload: { program: "gateway", replicas: 1, httpPort: 8080, settings: {} },
});
const place = { namespace, service: worker };
const pods = {
    "app.kubernetes.io/part-of": "spot-platform",
    "app.kubernetes.io/component": "service",
    "app.kubernetes.io/name": "analyzer-links",
};
const labels = { ...pods, "app.kubernetes.io/managed-by": "pulumi" };
const gatewayPods = { ...pods, "app.kubernetes.io/name": "gateway" };
const gatewayLabels = { ...labels, "app.kubernetes.io/name": "gateway" };
const files = [
    { name: "connection.json", shown: "hosts and user" },
    { name: "objectStore.json", shown: "endpoint and bucket" },
] as const;
const ingress = { host: "mail.example.com", className: "nginx", namespace: "ingress", tlsSecret: "mail-tls" };

const released: ReleasedService = {
    ...place,
    workload: { program: "analyzer", replicas: 2, settings: {} },
    image: "example.com/services@sha256:1",
    imagePullSecrets: [],
    replicas: { least: 2, most: 10 },
    files: {
        contract: "analyzer-links-contract-1",
        secrets: "analyzer-links-secrets-1",
        authority: { secretName: "rabbitmq-tls", key: "ca.crt" },
        database: undefined,
    },
    environment: { SPOT_CONNECTION: "/run/secrets/spot/connection.json" },
};

function probe(kind: string, periodSeconds: number, failureThreshold: number): object {
    return {
        exec: { command: ["python3", "-S", "-m", "spot_health", kind] },
        periodSeconds,
        failureThreshold,
        timeoutSeconds: 5,
    };
}

describe("a service's Deployment", () => {
    it("is exactly this where KEDA scales it: without a number of replicas", () => {
        const spread = (topologyKey: string): object => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: pods },
            matchLabelKeys: ["pod-template-hash"],
        });
        expect(toDeploymentArgs(released)).toEqual({
            metadata: {
                name: "analyzer-links",
                namespace,
                labels,
                annotations: { "pulumi.com/timeoutSeconds": "710" },
            },
            spec: {
                // Until the longest job has ended, and ten minutes to start.
                progressDeadlineSeconds: 710,
                revisionHistoryLimit: 3,
                selector: { matchLabels: pods },
                strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
                template: {
                    metadata: { labels },
                    spec: {
                        serviceAccountName: "analyzer-links",
                        automountServiceAccountToken: false,
                        enableServiceLinks: false,
                        // The longest job, and the good-bye.
                        terminationGracePeriodSeconds: 110,
                        securityContext: {
                            runAsNonRoot: true,
                            runAsUser: 10_001,
                            runAsGroup: 10_001,
                            fsGroup: 10_001,
                            seccompProfile: { type: "RuntimeDefault" },
                        },
                        tolerations: ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map(
                            (key) => ({
                                key,
                                operator: "Exists",
                                effect: "NoExecute",
                                tolerationSeconds: 60,
                            }),
                        ),
                        topologySpreadConstraints: [
                            spread("topology.kubernetes.io/zone"),
                            spread("kubernetes.io/hostname"),
                        ],
                        containers: [
                            {
                                name: "service",
                                image: "example.com/services@sha256:1",
                                args: ["analyzer"],
                                env: [
                                    { name: "SPOT_CONTRACT", value: "/etc/spot/contract.json" },
                                    { name: "SPOT_DATA", value: "/var/lib/spot" },
                                    { name: "SPOT_HEALTH", value: "/tmp/spot-health" },
                                    { name: "SPOT_METRICS_PORT", value: "9464" },
                                    { name: "SPOT_CONNECTION", value: "/run/secrets/spot/connection.json" },
                                ],
                                ports: [{ name: "metrics", containerPort: 9464, protocol: "TCP" }],
                                startupProbe: probe("startup", 3, 40),
                                readinessProbe: probe("readiness", 10, 2),
                                livenessProbe: probe("liveness", 30, 2),
                                resources: {
                                    requests: { cpu: "100m", memory: "512Mi", "ephemeral-storage": "1Gi" },
                                    limits: { cpu: "1", memory: "512Mi", "ephemeral-storage": "3Gi" },
                                },
                                securityContext: {
                                    allowPrivilegeEscalation: false,
                                    readOnlyRootFilesystem: true,
                                    capabilities: { drop: ["ALL"] },
                                },
                                volumeMounts: [
                                    { name: "contract", mountPath: "/etc/spot", readOnly: true },
                                    { name: "secrets", mountPath: "/run/secrets/spot", readOnly: true },
                                    {
                                        name: "authority",
                                        mountPath: "/run/secrets/spot-authority",
                                        readOnly: true,
                                    },
                                    { name: "data", mountPath: "/var/lib/spot" },
                                    { name: "scratch", mountPath: "/tmp" },
                                ],
                                terminationMessagePolicy: "FallbackToLogsOnError",
                            },
                        ],
                        volumes: [
                            { name: "contract", configMap: { name: "analyzer-links-contract-1" } },
                            {
                                name: "secrets",
                                secret: { secretName: "analyzer-links-secrets-1", defaultMode: 0o440 },
                            },
                            {
                                name: "authority",
                                secret: {
                                    secretName: "rabbitmq-tls",
                                    items: [{ key: "ca.crt", path: "ca.crt" }],
                                    defaultMode: 0o440,
                                },
                            },
                            { name: "data", emptyDir: { sizeLimit: "2Gi" } },
                            { name: "scratch", emptyDir: { sizeLimit: "64Mi" } },
                        ],
                    },
                },
            },
        });
    });

    it("has a number of replicas where nothing scales it", () => {
        const { metadata, spec } = toDeploymentArgs({ ...released, replicas: { least: 3, most: 3 } });
        expect(spec).toMatchObject({ replicas: 3 });
        // An autoscaler that was there before would still hold the number.
        expect(metadata).toMatchObject({ annotations: { "pulumi.com/patchForce": "true" } });
    });

    it("pulls its image with the Secrets that the stack names", () => {
        const { spec } = toDeploymentArgs({ ...released, imagePullSecrets: ["registry"] });
        expect(spec).toMatchObject({ template: { spec: { imagePullSecrets: [{ name: "registry" }] } } });
    });

    it("mounts the authority of the stack's own database where it uses it, without the authority's key", () => {
        const authority = { secretName: "spot-database-ca", key: "ca.crt" };
        const { spec } = toDeploymentArgs({ ...released, files: { ...released.files, database: authority } });
        const pod = JSON.parse(JSON.stringify(spec)) as {
            template: { spec: { volumes: unknown[]; containers: [{ volumeMounts: unknown[] }] } };
        }; // plain values, which JSON keeps
        expect(pod.template.spec.volumes[3]).toEqual({
            name: "database",
            secret: {
                secretName: "spot-database-ca",
                items: [{ key: "ca.crt", path: "ca.crt" }],
                defaultMode: 0o440,
            },
        });
        expect(pod.template.spec.containers[0].volumeMounts[3]).toEqual({
            name: "database",
            mountPath: "/run/secrets/spot-database",
            readOnly: true,
        });
    });

    it("opens its HTTP port where it has one, and serves on while it is taken out of its Service", () => {
        const workload = { program: "gateway", replicas: 1, httpPort: 8080, settings: {} };
        const { spec } = toDeploymentArgs({ ...released, service: gateway, workload });
        expect(spec).toMatchObject({
            template: {
                spec: {
                    // Twenty to say good-bye, ten for requests, five before it begins.
                    terminationGracePeriodSeconds: 35,
                    containers: [
                        {
                            ports: [
                                { name: "http", containerPort: 8080, protocol: "TCP" },
                                { name: "metrics", containerPort: 9464, protocol: "TCP" },
                            ],
                            lifecycle: { preStop: { sleep: { seconds: 5 } } },
                        },
                    ],
                },
            },
        });
    });
});

describe("the configuration of a service", () => {
    const contract = toContractArgs(place, '{"a":1}');

    it("is an immutable ConfigMap and an immutable Secret, whose names contain a hash of their content", () => {
        expect(contract).toEqual({
            metadata: { name: "analyzer-links-contract-015abd7f5c", namespace, labels },
            immutable: true,
            data: { "contract.json": '{"a":1}' },
        });
        const secret = toServiceSecretArgs(place, files);
        expect(secret.metadata?.name).toMatch(/^analyzer-links-secrets-[0-9a-f]{10}$/);
        expect({ ...secret, metadata: undefined }).toEqual({ immutable: true });
    });

    it.each<[string, Parameters<typeof serviceSecretName>[1]]>([
        ["another user", [{ name: "connection.json", shown: "another user" }, files[1]]],
        ["another bucket", [files[0], { name: "objectStore.json", shown: "another bucket" }]],
        ["one file more", [...files, { name: "database.json", shown: "role" }]],
        ["one file less", [files[0]]],
    ])("has another name with %s, so that its pods are rolled", (_, others) => {
        expect(serviceSecretName(place, others)).not.toBe(serviceSecretName(place, files));
    });

    it("has another name with another contract, so that its pods are rolled", () => {
        expect(toContractArgs(place, '{"a":2}').metadata?.name).not.toBe(contract.metadata?.name);
    });
});

describe("what surrounds a service", () => {
    it.each(["analyzer.links", "result-processor"])("calls the objects of %s so that a host can", (name) => {
        expect(objectNameOf({ service: service("spot", name) })).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    });

    it("is an account without a token, and a budget that lets one replica go at a time", () => {
        expect(toServiceAccountArgs(place)).toEqual({
            metadata: { name: "analyzer-links", namespace, labels },
            automountServiceAccountToken: false,
        });
        expect(toDisruptionBudgetArgs(place)).toEqual({
            metadata: { name: "analyzer-links", namespace, labels },
            spec: {
                maxUnavailable: 1,
                selector: { matchLabels: pods },
                unhealthyPodEvictionPolicy: "AlwaysAllow",
            },
        });
    });

    const broker = { labels: { "app.kubernetes.io/name": "rabbitmq" }, port: 5671 };
    const kubeSystem = { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } };
    const egress = [
        {
            to: [{ podSelector: { matchLabels: broker.labels } }],
            ports: [{ protocol: "TCP", port: 5671 }],
        },
        {
            to: [{ namespaceSelector: kubeSystem }],
            ports: [
                { protocol: "UDP", port: 53 },
                { protocol: "TCP", port: 53 },
            ],
        },
    ];
    const http = [{ protocol: "TCP", port: 8080 }];
    const scraped = [{ protocol: "TCP", port: 9464 }];
    const podsOfNamespace = (name: string): object => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    });
    const fromController = { from: [podsOfNamespace("ingress")], ports: http };
    const fromPrometheus = { from: [podsOfNamespace("monitoring")], ports: scraped };
    const monitoring = { namespace: "monitoring", labels: {} };

    it.each([
        ["no other pod, if it has no HTTP interface", worker, { ingress }, {}],
        ["only the ingress controller", gateway, { ingress }, { ingress: [fromController] }],
        [
            "the pods of its namespace, without an ingress",
            gateway,
            {},
            { ingress: [{ from: [{ podSelector: {} }], ports: http }] },
        ],
        ["Prometheus, for its metrics", worker, { monitoring }, { ingress: [fromPrometheus] }],
        [
            "the ingress controller and Prometheus",
            gateway,
            { ingress, monitoring },
            { ingress: [fromController, fromPrometheus] },
        ],
    ])("allows connections to the broker and DNS, and from %s", (_, each, settings, expected) => {
        const own = each === worker ? pods : gatewayPods;
        const deployment = { nameServers: [{ namespace: "kube-system", port: 53 }], ...settings };
        const reached = { pods: [broker], peers: [] };
        expect(toNetworkPolicyArgs({ namespace, service: each }, reached, deployment)).toEqual({
            metadata: {
                name: each === worker ? "analyzer-links" : "gateway",
                namespace,
                labels: each === worker ? labels : gatewayLabels,
            },
            spec: {
                podSelector: { matchLabels: own },
                policyTypes: ["Ingress", "Egress"],
                ...expected,
                egress,
            },
        });
    });

    it("allows connections to each server that the service uses, and to no port besides", () => {
        const reached = {
            pods: [broker, { labels: { "cnpg.io/cluster": "spot-database" }, port: 5432 }],
            peers: [
                { range: "10.30.0.0/16", port: 443 },
                { namespace: "minio", port: 9000 },
            ],
        };
        const { spec } = toNetworkPolicyArgs(place, reached, {
            nameServers: [{ namespace: "kube-system", port: 53 }],
        });
        expect(spec).toMatchObject({
            egress: [
                egress[0],
                {
                    to: [{ podSelector: { matchLabels: { "cnpg.io/cluster": "spot-database" } } }],
                    ports: [{ protocol: "TCP", port: 5432 }],
                },
                { to: [{ ipBlock: { cidr: "10.30.0.0/16" } }], ports: [{ protocol: "TCP", port: 443 }] },
                { to: [podsOfNamespace("minio")], ports: [{ protocol: "TCP", port: 9000 }] },
                egress[1],
            ],
        });
    });

    it("is for the gateway a Service, and an Ingress by TLS that lets large e-mails through", () => {
        const metadata = { name: "gateway", namespace, labels: gatewayLabels };
        expect(toHttpServiceArgs({ namespace, service: gateway })).toEqual({
            metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
            spec: {
                type: "ClusterIP",
                selector: gatewayPods,
                ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
            },
        });
        expect(toIngressArgs({ namespace, service: gateway }, ingress)).toEqual({
            metadata: {
                ...metadata,
                annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "50m" },
            },
            spec: {
                ingressClassName: "nginx",
                tls: [{ hosts: ["mail.example.com"], secretName: "mail-tls" }],
                rules: [
                    {
                        host: "mail.example.com",
                        http: {
                            paths: [
                                {
                                    path: "/",
                                    pathType: "Prefix",
                                    backend: { service: { name: "gateway", port: { name: "http" } } },
                                },
                            ],
                        },
                    },
                ],
            },
        });
    });

    // A claim with another specification would be replaced, with all its e-mails.
    it("is the claim of an earlier release, with the same specification", () => {
        const data = { storageClass: "shared", size: bytes("50 GiB") };
        expect(toOldDataClaimArgs(namespace, data)).toEqual({
            metadata: {
                name: "spot-data",
                namespace,
                labels: {
                    "app.kubernetes.io/part-of": "spot-platform",
                    "app.kubernetes.io/component": "service",
                    "app.kubernetes.io/managed-by": "pulumi",
                },
                annotations: { "pulumi.com/skipAwait": "true", "spot-messaging/kept": "true" },
            },
            spec: {
                accessModes: ["ReadWriteMany"],
                storageClassName: "shared",
                resources: { requests: { storage: "50Gi" } },
            },
        });
    });

    it.each<[string, Readonly<Record<string, string>> | undefined, boolean]>([
        ["there is no claim", undefined, false],
        ["an earlier release created the claim", {}, true],
        ["an earlier release created the claim, and others annotated it", { "example.com/a": "true" }, true],
        [
            "this release has declared the claim",
            toOldDataClaimArgs(namespace, { storageClass: "shared", size: bytes("1 GiB") }).metadata
                ?.annotations ?? {},
            false,
        ],
    ])("refuses to delete the claim without its keys if %s", (_, annotations, refused) => {
        const reject = (): void => {
            rejectLostClaim(namespace, annotations);
        };
        if (refused) {
            expect(reject).toThrow(
                'claim "spot-data" in namespace "spot-prod" holds the state of an earlier release, and this update would delete it: write "dataStorageClass" and "dataStorageSize"',
            );
        } else {
            expect(reject).not.toThrow();
        }
    });
});

describe("scaling", () => {
    const user = {
        namespace,
        username: "monitoring",
        authority: { secretName: "rabbitmq-tls", key: "ca.crt" },
    };

    it("asks KEDA for a replica more whenever the jobs are five times what one holds", () => {
        const managementUrl = "https://rabbitmq.spot-prod.svc:15671";
        const scaling = {
            replicas: { least: 2, most: 10 },
            queues: worker.consumes,
            vhost: "spot",
            managementUrl,
        };
        expect(toScaledObjectArgs(place, scaling)).toEqual({
            apiVersion: "keda.sh/v1alpha1",
            kind: "ScaledObject",
            metadata: {
                name: "analyzer-links",
                namespace,
                labels,
                annotations: {
                    "pulumi.com/waitFor": "condition=Ready",
                    "pulumi.com/timeoutSeconds": "120",
                },
            },
            spec: {
                scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "analyzer-links" },
                minReplicaCount: 2,
                maxReplicaCount: 10,
                pollingInterval: 15,
                fallback: { failureThreshold: 3, replicas: 2, behavior: "currentReplicasIfHigher" },
                advanced: {
                    horizontalPodAutoscalerConfig: {
                        behavior: {
                            scaleDown: {
                                stabilizationWindowSeconds: 300,
                                policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
                            },
                        },
                    },
                },
                triggers: [
                    {
                        type: "rabbitmq",
                        // Texts, all of them: KEDA takes nothing else.
                        metadata: {
                            protocol: "http",
                            host: managementUrl,
                            vhostName: "spot",
                            queueName: "jobs",
                            mode: "QueueLength",
                            value: "20",
                        },
                        authenticationRef: { name: "spot-scaling" },
                    },
                ],
            },
        });
    });

    it("lets KEDA in as a user of its own Secret, by TLS with the broker's authority", () => {
        const secret = toScalingSecretArgs(user);
        const name = secret.metadata?.name ?? "";
        expect(name).toMatch(/^spot-scaling-[0-9a-f]{10}$/);
        expect(scalingData(user, "pa55")).toEqual({
            username: "monitoring",
            password: "pa55",
            tls: "enable",
        });
        expect(toTriggerAuthenticationArgs(user)["spec"]).toEqual({
            secretTargetRef: [
                { parameter: "username", name, key: "username" },
                { parameter: "password", name, key: "password" },
                { parameter: "tls", name, key: "tls" },
                { parameter: "ca", name: "rabbitmq-tls", key: "ca.crt" },
            ],
        });
        expect(toScalingSecretArgs({ ...user, username: "monitoring-2" }).metadata?.name).not.toBe(name);
    });

    // The stream of commands is never empty, and expiring status messages need no extra replicas.
    it("scales each service on its work queues only", () => {
        const topology = sampleProdTopology();
        const queues = topology.services
            .filter(({ workload }) => workload !== undefined)
            .map((each) => [each.name, scalingQueues(each, topology).map(({ queue }) => queue)]);
        expect(Object.fromEntries(queues)).toEqual({
            "analyzer-orchestrator": ["analyzer-orchestrator", "analyzer-orchestrator.findings"],
            "analyzer.attachments": ["analyzer.attachments"],
            "analyzer.content": ["analyzer.content"],
            "analyzer.headers": ["analyzer.headers"],
            "analyzer.links": ["analyzer.links"],
            gateway: [],
            notifier: ["notifications.email", "notifications.webhook"],
            "result-processor": ["result-processor"],
        });
    });
});
