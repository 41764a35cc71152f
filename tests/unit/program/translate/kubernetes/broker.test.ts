import { type KubernetesCluster } from "@spot-messaging/pulumi";
import { formatQuantity } from "@spot-messaging/pulumi/kubernetes";
import { type BrokerVersion, type BytesText, bytes } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { administratorData } from "../../../../../packages/pulumi/src/kubernetes/broker/administrator.ts";
import {
    certificateHosts,
    toCertificateArgs,
} from "../../../../../packages/pulumi/src/kubernetes/broker/certificate.ts";
import { toDisruptionBudgetArgs } from "../../../../../packages/pulumi/src/kubernetes/broker/disruptionBudget.ts";
import { toNamespaceArgs } from "../../../../../packages/pulumi/src/kubernetes/broker/namespace.ts";
import {
    toBrokerPolicyArgs,
    toDefaultDenyArgs,
} from "../../../../../packages/pulumi/src/kubernetes/broker/networkPolicy.ts";
import { toRabbitmqClusterArgs } from "../../../../../packages/pulumi/src/kubernetes/broker/rabbitmqCluster.ts";
import { rabbitmqConf } from "../../../../../packages/pulumi/src/kubernetes/broker/rabbitmqConf.ts";
import type { RawConfig } from "../../../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../../../src/config/parseEnvironment.ts";
import { kubernetesConfig } from "../../../environments.ts";
import { manifestProblem } from "./manifests.ts";

/** Of each container, in addition to what the operator sets. */
const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

function clusterWith(overrides: RawConfig = {}): KubernetesCluster {
    const { cluster } = parseEnvironment("prod", { ...kubernetesConfig, ...overrides });
    if (cluster.kind !== "kubernetes") {
        throw new TypeError("not on Kubernetes");
    }
    return cluster;
}

const labels = {
    "app.kubernetes.io/part-of": "spot-platform",
    "app.kubernetes.io/component": "broker",
    "app.kubernetes.io/managed-by": "pulumi",
};
const nodes = { matchLabels: { "app.kubernetes.io/name": "rabbitmq" } };
const tcp = (port: number): object => ({ protocol: "TCP", port });
const inNamespace = (name: string): object => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const betweenNodes = [
    tcp(4369),
    { ...tcp(6000), endPort: 6500 },
    tcp(25_672),
    { ...tcp(35_672), endPort: 35_682 },
];

describe("the RabbitmqCluster", () => {
    it("asks the operator for exactly this", () => {
        const resources = { cpu: "2", memory: "4Gi" };
        expect(toRabbitmqClusterArgs(clusterWith())).toEqual({
            apiVersion: "rabbitmq.com/v1beta1",
            kind: "RabbitmqCluster",
            metadata: {
                name: "rabbitmq",
                namespace: "spot-prod",
                labels,
                annotations: {
                    "pulumi.com/waitFor": "condition=AllReplicasReady",
                    "pulumi.com/timeoutSeconds": "1200",
                },
            },
            spec: {
                replicas: 3,
                image: clusterWith().image,
                resources: { requests: resources, limits: resources },
                persistence: { storageClassName: "fast", storage: "20Gi" },
                service: { type: "ClusterIP" },
                terminationGracePeriodSeconds: 1800,
                autoEnableAllFeatureFlags: true,
                secretBackend: { externalSecret: { name: "rabbitmq-administrator" } },
                tls: { secretName: "rabbitmq-tls", disableNonTLSListeners: true },
                rabbitmq: { additionalConfig: rabbitmqConf(clusterWith()) },
                affinity: {
                    nodeAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: {
                            nodeSelectorTerms: [
                                {
                                    matchExpressions: [
                                        {
                                            key: "topology.kubernetes.io/zone",
                                            operator: "In",
                                            values: ["eu-1a", "eu-1b", "eu-1c"],
                                        },
                                    ],
                                },
                            ],
                        },
                    },
                    podAntiAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: [
                            { labelSelector: nodes, topologyKey: "kubernetes.io/hostname" },
                        ],
                    },
                },
                override: {
                    statefulSet: {
                        spec: {
                            template: {
                                spec: {
                                    securityContext: {
                                        runAsNonRoot: true,
                                        seccompProfile: { type: "RuntimeDefault" },
                                    },
                                    initContainers: [{ name: "setup-container", securityContext }],
                                    containers: [{ name: "rabbitmq", securityContext }],
                                    topologySpreadConstraints: [
                                        {
                                            maxSkew: 1,
                                            topologyKey: "topology.kubernetes.io/zone",
                                            whenUnsatisfiable: "DoNotSchedule",
                                            labelSelector: nodes,
                                        },
                                    ],
                                },
                            },
                        },
                    },
                },
            },
        });
    });

    it("pulls its image with the Secrets that the stack names", () => {
        const { spec } = toRabbitmqClusterArgs(clusterWith({ imagePullSecrets: '["registry"]' }));
        expect(spec).toMatchObject({ imagePullSecrets: [{ name: "registry" }] });
    });

    it("configures the nodes with exactly this", () => {
        expect(rabbitmqConf(clusterWith({ nodes: "5", memoryWatermark: "65" })).split("\n")).toEqual([
            "anonymous_login_user = none",
            "default_queue_type = quorum",
            "max_message_size = 16777216",
            "log.console = true",
            "log.file = false",
            "queue_leader_locator = balanced",
            "quorum_queue.continuous_membership_reconciliation.enabled = true",
            "quorum_queue.continuous_membership_reconciliation.target_group_size = 5",
            "vm_memory_high_watermark.relative = 0.65",
            "disk_free_limit.absolute = 4294967296",
            "ssl_options.versions.1 = tlsv1.3",
            "ssl_options.versions.2 = tlsv1.2",
            "management.ssl.request_timeout = 120000",
            "management.ssl.idle_timeout = 120000",
            "management.ssl.versions.1 = tlsv1.3",
            "management.ssl.versions.2 = tlsv1.2",
            "",
        ]);
    });

    // What 4.x deprecates, denies or ignores: https://www.rabbitmq.com/docs/deprecated-features-list and the release notes of 4.0 and 4.3.
    it.each([
        "queue_master_locator",
        "cluster_partition_handling",
        "mirroring_sync_batch_size",
        "classic_queue.",
    ])("has no setting %s, which a supported version denies or ignores", (setting) => {
        expect(rabbitmqConf(clusterWith())).not.toContain(setting);
    });

    it("satisfies the operator's own definition, and a misspelt field would not", () => {
        const type = "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster";
        const manifest = toRabbitmqClusterArgs(clusterWith());
        expect(manifestProblem(type, manifest)).toBeUndefined();
        expect(manifestProblem(type, { ...manifest, spec: { ...manifest.spec, replica: 3 } })).toContain(
            "data/spec must NOT have additional properties",
        );
        expect(manifestProblem(type, { ...manifest, spec: { ...manifest.spec, replicas: "3" } })).toContain(
            "data/spec/replicas must be integer",
        );
    });

    it.each<[BytesText, string]>([
        ["4 GiB", "4Gi"],
        ["1536 MiB", "1536Mi"],
        ["3 KiB", "3Ki"],
        ["1000 B", "1000"],
    ])("writes the size %s as %s", (size, quantity) => {
        expect(formatQuantity(bytes(size))).toBe(quantity);
    });
});

describe("what surrounds the broker", () => {
    it("is a namespace that allows only restricted pods", () => {
        expect(toNamespaceArgs(clusterWith())).toEqual({
            metadata: {
                name: "spot-prod",
                labels: {
                    "app.kubernetes.io/part-of": "spot-platform",
                    "app.kubernetes.io/managed-by": "pulumi",
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/audit": "restricted",
                    "pod-security.kubernetes.io/warn": "restricted",
                },
            },
        });
    });

    it.each([
        ["3", 2],
        ["5", 3],
    ])("keeps of %s nodes at least %i when hosts are drained", (count, minAvailable) => {
        expect(toDisruptionBudgetArgs(clusterWith({ nodes: count }))).toEqual({
            metadata: { name: "rabbitmq", namespace: "spot-prod", labels },
            spec: { minAvailable, selector: nodes },
        });
    });

    it("denies everything in both directions by default", () => {
        expect(toDefaultDenyArgs(clusterWith())).toEqual({
            metadata: { name: "default-deny", namespace: "spot-prod", labels },
            spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
        });
    });

    const services = {
        podSelector: {
            matchLabels: {
                "app.kubernetes.io/part-of": "spot-platform",
                "app.kubernetes.io/component": "service",
            },
        },
    };
    const egress = [
        { to: [{ podSelector: nodes }], ports: betweenNodes },
        { to: [inNamespace("kube-system")], ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
    ];

    it("lets services in by AMQPS, nodes among themselves, named namespaces to the API and Prometheus to the numbers", () => {
        const cluster = clusterWith({ managementNamespaces: '["deploy","keda"]' });
        expect(toBrokerPolicyArgs(cluster, "4.3")).toEqual({
            metadata: { name: "rabbitmq", namespace: "spot-prod", labels },
            spec: {
                podSelector: nodes,
                policyTypes: ["Ingress", "Egress"],
                ingress: [
                    { from: [services], ports: [tcp(5671)] },
                    { from: [{ podSelector: nodes }], ports: betweenNodes },
                    { from: [inNamespace("deploy"), inNamespace("keda")], ports: [tcp(15_671)] },
                    { from: [inNamespace("monitoring")], ports: [tcp(15_691)] },
                ],
                egress,
            },
        });
    });

    it("lets nodes before 4.1 ask the Kubernetes API for each other", () => {
        const ofPolicy = (version: BrokerVersion): unknown =>
            (toBrokerPolicyArgs(clusterWith(), version).spec as { readonly egress: unknown }).egress; // made here
        expect(ofPolicy("4.0")).toEqual([...egress, { ports: [tcp(443), tcp(6443)] }]);
        expect(ofPolicy("4.1")).toEqual(egress);
    });

    it("lets them ask for names whom the stack names", () => {
        const cluster = clusterWith({ nameServers: '["openshift-dns:5353","169.254.20.10/32"]' });
        const { spec } = toBrokerPolicyArgs(cluster, "4.3");
        expect(spec).toMatchObject({
            egress: [
                egress[0],
                {
                    to: [inNamespace("openshift-dns")],
                    ports: [{ protocol: "UDP", port: 5353 }, tcp(5353)],
                },
                {
                    to: [{ ipBlock: { cidr: "169.254.20.10/32" } }],
                    ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
                },
            ],
        });
    });

    // A rule without peers would allow all sources.
    it("has no rule for the API and the metrics if no namespace is named", () => {
        const { spec } = toBrokerPolicyArgs(
            clusterWith({ monitoringNamespace: "", managementNamespaces: "[]", deployServices: "false" }),
            "4.3",
        );
        expect(spec).toEqual({
            podSelector: nodes,
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                { from: [services], ports: [tcp(5671)] },
                { from: [{ podSelector: nodes }], ports: betweenNodes },
            ],
            egress,
        });
    });
});

describe("the broker's certificate", () => {
    const names = [
        "rabbitmq.spot-prod.svc",
        "rabbitmq",
        "rabbitmq.spot-prod",
        "rabbitmq.spot-prod.svc.cluster.local",
        "*.rabbitmq-nodes.spot-prod",
        "*.rabbitmq-nodes.spot-prod.svc",
        "*.rabbitmq-nodes.spot-prod.svc.cluster.local",
        "localhost",
    ];

    it.each([
        ["", { names, addresses: [] }],
        ["https://localhost:15671", { names, addresses: [] }],
        ["https://rabbitmq.example.com", { names: [...names, "rabbitmq.example.com"], addresses: [] }],
        ["https://127.0.0.1:15671", { names, addresses: ["127.0.0.1"] }],
        ["https://[::1]:15671", { names, addresses: ["::1"] }],
    ])("with the management URL %j is for these hosts, each once", (managementUrl, expected) => {
        expect(certificateHosts(clusterWith({ managementUrl }))).toEqual(expected);
    });

    it.each([
        ["own", "rabbitmq-own-tls"],
        ["ClusterIssuer/internal", "rabbitmq-tls"],
        ["Issuer/internal", "rabbitmq-tls"],
    ])("of %s is in a Secret that only its owner writes, and the nodes mount it", (tlsIssuer, secretName) => {
        const { spec } = toRabbitmqClusterArgs(clusterWith({ tlsIssuer }));
        expect(spec["tls"]).toEqual({ secretName, disableNonTLSListeners: true });
    });

    it("is issued by the named issuer of cert-manager", () => {
        const cluster = clusterWith();
        const args = toCertificateArgs(cluster, { kind: "ClusterIssuer", name: "internal" });
        expect(args).toEqual({
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            metadata: {
                name: "rabbitmq-tls",
                namespace: "spot-prod",
                labels,
                annotations: { "pulumi.com/waitFor": "condition=Ready" },
            },
            spec: {
                secretName: "rabbitmq-tls",
                issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "internal" },
                dnsNames: names,
                usages: ["server auth", "digital signature", "key encipherment"],
                privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
                duration: "2160h",
                renewBefore: "720h",
            },
        });
    });

    it("has an address among the addresses, where alone it is looked for", () => {
        const cluster = clusterWith({ managementUrl: "https://127.0.0.1:15671" });
        const { spec } = toCertificateArgs(cluster, { kind: "Issuer", name: "internal" });
        expect(spec).toMatchObject({ dnsNames: names, ipAddresses: ["127.0.0.1"] });
    });
});

describe("the administrator's Secret", () => {
    it("has the form that the operator makes the first user of, so that no guest is made", () => {
        expect(administratorData("spot-admin", "rabbitmq.spot-prod.svc", "pa55")).toEqual({
            username: "spot-admin",
            password: "pa55",
            host: "rabbitmq.spot-prod.svc",
            port: "5671",
            provider: "rabbitmq",
            type: "rabbitmq",
            "default_user.conf": "default_user = spot-admin\ndefault_pass = pa55\n",
        });
    });
});
