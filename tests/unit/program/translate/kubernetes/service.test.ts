import { bytes, duration } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { service } from "../../../../../packages/topology/src/model/index.ts";
import {
    connectionData,
    connectionName,
    toConnectionArgs,
} from "../../../../../src/services/kubernetes/connectionSecret.ts";
import { toContractArgs } from "../../../../../src/services/kubernetes/contract.ts";
import { toDataClaimArgs } from "../../../../../src/services/kubernetes/dataClaim.ts";
import { type ReleasedService, toDeploymentArgs } from "../../../../../src/services/kubernetes/deployment.ts";
import { toDisruptionBudgetArgs } from "../../../../../src/services/kubernetes/disruptionBudget.ts";
import { toHttpServiceArgs } from "../../../../../src/services/kubernetes/httpService.ts";
import { toIngressArgs } from "../../../../../src/services/kubernetes/ingress.ts";
import { toNetworkPolicyArgs } from "../../../../../src/services/kubernetes/networkPolicy.ts";
import { objectNameOf } from "../../../../../src/services/kubernetes/place.ts";
import { scalingQueues, toScaledObjectArgs } from "../../../../../src/services/kubernetes/scaledObject.ts";
import { toServiceAccountArgs } from "../../../../../src/services/kubernetes/serviceAccount.ts";
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
const connection = {
    hosts: ["rabbitmq.spot-prod.svc"],
    port: 5671,
    tls: { ca: "/run/secrets/spot-authority/ca.crt" },
    vhost: "spot",
    username: "analyzer.links",
};
const ingress = { host: "mail.example.com", className: "nginx", namespace: "ingress", tlsSecret: "mail-tls" };

const released: ReleasedService = {
    ...place,
    workload: { program: "analyzer", replicas: 2, settings: {} },
    image: "example.com/services@sha256:1",
    imagePullSecrets: [],
    replicas: { least: 2, most: 10 },
    shared: true,
    files: {
        contract: "analyzer-links-contract-1",
        connection: "analyzer-links-connection-1",
        authority: { secretName: "rabbitmq-tls", key: "ca.crt" },
        data: "spot-data",
    },
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
                            fsGroupChangePolicy: "OnRootMismatch",
                            seccompProfile: { type: "RuntimeDefault" },
                        },
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
                                    { name: "SPOT_CONNECTION", value: "/run/secrets/spot/connection.json" },
                                    { name: "SPOT_DATA", value: "/var/lib/spot" },
                                    { name: "SPOT_HEALTH", value: "/tmp/spot-health" },
                                ],
                                startupProbe: probe("startup", 3, 40),
                                readinessProbe: probe("readiness", 10, 2),
                                livenessProbe: probe("liveness", 30, 2),
                                resources: {
                                    requests: { cpu: "100m", memory: "512Mi", "ephemeral-storage": "64Mi" },
                                    limits: { cpu: "1", memory: "512Mi", "ephemeral-storage": "256Mi" },
                                },
                                securityContext: {
                                    allowPrivilegeEscalation: false,
                                    readOnlyRootFilesystem: true,
                                    capabilities: { drop: ["ALL"] },
                                },
                                volumeMounts: [
                                    { name: "contract", mountPath: "/etc/spot", readOnly: true },
                                    { name: "connection", mountPath: "/run/secrets/spot", readOnly: true },
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
                                name: "connection",
                                secret: { secretName: "analyzer-links-connection-1", defaultMode: 0o440 },
                            },
                            {
                                name: "authority",
                                secret: {
                                    secretName: "rabbitmq-tls",
                                    items: [{ key: "ca.crt", path: "ca.crt" }],
                                    defaultMode: 0o440,
                                },
                            },
                            { name: "data", persistentVolumeClaim: { claimName: "spot-data" } },
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

    // A second one would wait for the store of the first, which the rollout would not stop before the second is ready.
    it("stops before its successor starts where it keeps a store of its own", () => {
        const { spec } = toDeploymentArgs({ ...released, shared: false });
        expect(spec).toMatchObject({ strategy: { type: "Recreate" } });
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
                            ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
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
        const secret = toConnectionArgs(place, connection);
        expect(secret.metadata?.name).toMatch(/^analyzer-links-connection-[0-9a-f]{10}$/);
        expect({ ...secret, metadata: undefined }).toEqual({ immutable: true });
        expect(connectionData({ ...connection, password: "pa55" })).toEqual({
            "connection.json": JSON.stringify({
                hosts: ["rabbitmq.spot-prod.svc"],
                port: 5671,
                tls: { ca: "/run/secrets/spot-authority/ca.crt" },
                vhost: "spot",
                username: "analyzer.links",
                password: "pa55",
            }),
        });
    });

    it.each<[string, Partial<typeof connection>]>([
        ["user", { username: "analyzer.links-2" }],
        ["host", { hosts: ["other"] }],
        ["port", { port: 5672 }],
        ["virtual host", { vhost: "other" }],
    ])("has another name with another %s, so that its pods are rolled", (_, change) => {
        expect(connectionName(place, { ...connection, ...change })).not.toBe(
            connectionName(place, connection),
        );
    });

    it("has another name with another contract, so that its pods are rolled", () => {
        expect(toContractArgs(place, '{"a":2}').metadata?.name).not.toBe(contract.metadata?.name);
    });
});

describe("what surrounds a service", () => {
    it.each(["analyzer.links", "result-processor"])("calls the objects of %s so that a host can", (name) => {
        expect(objectNameOf({ namespace, service: service("spot", name) })).toMatch(
            /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
        );
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
    const controller = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } };

    it.each([
        ["no other pod, if it has no HTTP interface", worker, ingress, {}],
        ["only the ingress controller", gateway, ingress, { ingress: [{ from: [controller], ports: http }] }],
        [
            "the pods of its namespace, without an ingress",
            gateway,
            undefined,
            { ingress: [{ from: [{ podSelector: {} }], ports: http }] },
        ],
    ])("allows connections to the broker and DNS, and from %s", (_, each, behind, expected) => {
        const own = each === worker ? pods : gatewayPods;
        const deployment = {
            nameServers: [{ namespace: "kube-system", port: 53 }],
            ...(behind !== undefined && { ingress: behind }),
        };
        expect(toNetworkPolicyArgs({ namespace, service: each }, broker, deployment)).toEqual({
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

    it("is one volume that several hosts can write", () => {
        const data = { storageClass: "shared", size: bytes("50 GiB") };
        const image = "example.com/services@sha256:1";
        const deployment = {
            kind: "kubernetes",
            namespace,
            image,
            imagePullSecrets: [],
            nameServers: [],
            replicas: {},
            data,
        } as const;
        expect(toDataClaimArgs(deployment)).toEqual({
            metadata: {
                name: "spot-data",
                namespace,
                labels: {
                    "app.kubernetes.io/part-of": "spot-platform",
                    "app.kubernetes.io/component": "service",
                    "app.kubernetes.io/managed-by": "pulumi",
                },
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
                accessModes: ["ReadWriteMany"],
                storageClassName: "shared",
                resources: { requests: { storage: "50Gi" } },
            },
        });
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
