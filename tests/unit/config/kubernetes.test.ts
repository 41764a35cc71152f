import { bytes } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { type Environment } from "../../../src/environment/environment.ts";
import { kubernetesConfig } from "../environments.ts";
import { problemsOf } from "./configProblems.ts";

const nodeImage = `rabbitmq:4.3-management@sha256:${"fedcba9876543210".repeat(4)}`;
const image = `registry.example.com/spot-services@sha256:${"0123456789abcdef".repeat(4)}`;

describe("parseEnvironment on Kubernetes", () => {
    it("makes of a stack's values exactly this cluster and this deployment", () => {
        const cluster: Environment["cluster"] = {
            kind: "kubernetes",
            administrator: "spot-admin",
            partOf: "spot-platform",
            namespace: "spot-prod",
            nodes: 3,
            image: nodeImage,
            imagePullSecrets: [],
            zones: ["eu-1a", "eu-1b", "eu-1c"],
            cpus: 2,
            memory: bytes("4 GiB"),
            memoryWatermarkPercent: 60,
            storage: { storageClass: "fast", size: bytes("20 GiB") },
            diskFreeLimit: bytes("4 GiB"),
            authority: { kind: "ClusterIssuer", name: "internal" },
            managementNamespaces: ["keda"],
            nameServers: [{ namespace: "kube-system", port: 53 }],
            monitoring: { namespace: "monitoring", labels: { release: "prometheus" } },
        };
        const deployment: Environment["deployment"] = {
            kind: "kubernetes",
            namespace: "spot-prod",
            image,
            imagePullSecrets: [],
            nameServers: [{ namespace: "kube-system", port: 53 }],
            replicas: { "analyzer.links": { least: 2, most: 10 }, gateway: { least: 2, most: 2 } },
            notificationPeers: [],
            monitoring: { namespace: "monitoring", labels: { release: "prometheus" } },
        };
        const environment = parseEnvironment("prod", kubernetesConfig);
        expect({ cluster: environment.cluster, deployment: environment.deployment }).toEqual({
            cluster,
            deployment,
        });
    });

    it("takes everything that may be left out from the values, too", () => {
        const { cluster, deployment, credentials, runbooksUrl } = parseEnvironment("prod", {
            ...kubernetesConfig,
            brokerImage: `mine@sha256:${"ab".repeat(32)}`,
            nodes: "5",
            tlsIssuer: "own",
            operatorManifest: "https://example.com/releases/v2.22.3/cluster-operator.yml",
            managementUrl: "https://localhost:15671",
            managementNamespaces: '["deploy"]',
            nameServers: '["kube-system","openshift-dns:5353","169.254.20.10/32","fd00::/8:5353"]',
            imagePullSecrets: '["registry"]',
            monitoringNamespace: "",
            runbooksUrl: "https://git.example.com/runbooks/",
            gatewayHost: "mail.example.com",
            ingressClass: "nginx",
            ingressNamespace: "ingress-nginx",
            ingressTlsSecret: "mail-tls",
            credentialsGeneration: "2",
            serviceCredentials: '["gateway=3"]',
            keepPreviousCredentials: "false",
        });
        expect(cluster).toMatchObject({
            image: `mine@sha256:${"ab".repeat(32)}`,
            nodes: 5,
            authority: { kind: "own" },
            operatorManifest: "https://example.com/releases/v2.22.3/cluster-operator.yml",
            managementUrl: "https://localhost:15671",
            managementNamespaces: ["deploy"],
            imagePullSecrets: ["registry"],
            nameServers: [
                { namespace: "kube-system", port: 53 },
                { namespace: "openshift-dns", port: 5353 },
                { range: "169.254.20.10/32", port: 53 },
                { range: "fd00::/8", port: 5353 },
            ],
        });
        expect(cluster).not.toHaveProperty("monitoring");
        expect(runbooksUrl).toBe("https://git.example.com/runbooks");
        expect(deployment).toMatchObject({
            imagePullSecrets: ["registry"],
            nameServers: { length: 4 },
            ingress: {
                host: "mail.example.com",
                className: "nginx",
                namespace: "ingress-nginx",
                tlsSecret: "mail-tls",
            },
        });
        expect(credentials).toEqual({ generation: 2, services: { gateway: 3 }, keepPrevious: false });
    });

    it("asks for no image, no state, no token and no KEDA where no services are deployed", () => {
        const raw = {
            ...kubernetesConfig,
            deployServices: "false",
            servicesImage: "",
            objectStoreEndpoint: "",
            database: "embedded",
            gatewayClients: "[]",
        };
        expect(problemsOf("prod", { ...raw, autoscaling: "false" })).toEqual([]);
    });
});

describe("parseEnvironment refuses", () => {
    const zones =
        "name at least three zones, as the nodes' label topology.kubernetes.io/zone has them: with fewer, the loss of one zone can cost the majority";
    const namespace =
        "write at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";
    const issuer =
        'write "ClusterIssuer/NAME" or "Issuer/NAME" of cert-manager, or "own" for a certificate authority of the stack\'s own';
    const digest = '"registry.example.com/spot-services@sha256:..."';
    const release =
        'write an https URL of one release, such as "https://github.com/rabbitmq/cluster-operator/releases/download/v2.22.3/cluster-operator.yml", or leave it empty if the operator is installed';
    const nameServer =
        'write a namespace or a range of addresses, with a port if it is not 53, such as "kube-system", "openshift-dns:5353" or "169.254.20.10/32"';
    const size = 'write a size above zero, such as "512 MiB" or "4 GiB"';
    it.each<[string, string, string] | [string, string, string, string]>([
        ["nodes", "1", 'has the value "1"; write a whole number from 3 to 5'],
        ["nodes", "2", 'has the value "2"; write a whole number from 3 to 5'],
        [
            "nodes",
            "4",
            "has the value 4; write 3 or 5: with 4 nodes, the cluster survives the loss of only one, as with 3",
        ],
        ["nodes", "6", 'has the value "6"; write a whole number from 3 to 5'],
        ["namespace", "", "is missing; add it to the stack file"],
        ...["default", "kube-system"].map(
            (name) =>
                [
                    "namespace",
                    name,
                    `has the value "${name}"; name a namespace that only this stack uses: it denies the traffic and the pods of everything else in it`,
                ] satisfies [string, string, string],
        ),
        ["namespace", "Spot", `has the value "Spot"; ${namespace}`],
        ["namespace", "a".repeat(64), `has the value "${"a".repeat(64)}"; ${namespace}`],
        ["zones", "[]", `is empty; ${zones}`],
        ["zones", '["a"]', `has one zone; ${zones}`],
        ["zones", '["a","a","a"]', `has one zone; ${zones}`],
        ["zones", '["a","b"]', `has two zones; ${zones}`],
        ["zones", '["a","b","c","a"]', "names a zone more than once; name each zone once"],
        ["brokerCpus", "0", 'has the value "0"; write a whole number from 1 to 256'],
        ["brokerMemory", "4G", `has the value "4G"; ${size}`],
        ["brokerMemory", "0 GiB", `has the value "0 GiB"; ${size}`],
        [
            "brokerMemory",
            "2 GiB",
            'gives quorum queues 983 MiB below the watermark of 60 %, but they need 1536 MiB; write more, such as "4 GiB"',
        ],
        ["memoryWatermark", "80", 'has the value "80"; write a whole number from 40 to 70'],
        [
            "diskFreeLimit",
            "1 GiB",
            "is below the memory watermark of 1967 MiB; make it at least as large: a node must be able to write its memory to disk",
        ],
        [
            "storageSize",
            "7 GiB",
            'is less than twice "diskFreeLimit"; make it larger, or publishers are blocked before the volume is half full',
        ],
        ["storageClass", "", "is missing; name the storage class of the nodes' volumes"],
        [
            "storageClass",
            "Fast Disk",
            'has the value "Fast Disk"; write lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit',
        ],
        ["tlsIssuer", "", `is missing; ${issuer}`],
        ["tlsIssuer", "internal", `has the value "internal"; ${issuer}`],
        ["tlsIssuer", "Issuer/", `has the value "Issuer/"; ${issuer}`],
        ["tlsIssuer", "Issuer/No Name", `has the value "Issuer/No Name"; ${issuer}`],
        [
            "operatorManifest",
            "https://example.com/releases/latest/download/cluster-operator.yml",
            `has the value "https://example.com/releases/latest/download/cluster-operator.yml"; ${release}`,
        ],
        [
            "operatorManifest",
            "http://example.com/v2.22.3/cluster-operator.yml",
            `has the value "http://example.com/v2.22.3/cluster-operator.yml"; ${release}`,
        ],
        [
            "managementUrl",
            "http://broker.example.com",
            "begins with http:; write https: the nodes accept nothing else, and http would expose the administrator's password in transit",
        ],
        [
            "managementUrl",
            "https://me:secret@broker",
            'has the value "https://***@broker"; write the management API\'s URL without credentials and path, such as "https://broker.example.com"',
        ],
        [
            "managementNamespaces",
            "[]",
            'is empty, but "autoscaling" is true; name the namespace of KEDA, which reads queue lengths from the management API',
        ],
        ["managementNamespaces", '["Deploy"]', `has the namespace "Deploy"; ${namespace}`],
        ["monitoringNamespace", "a.b", `has the value "a.b"; ${namespace}`],
        [
            "monitoringLabels",
            '["release"]',
            'has the entry "release"; write entries such as "release=prometheus"',
        ],
        [
            "monitoringLabels",
            '["release=b c"]',
            'has the entry "release=b c"; write entries such as "release=prometheus"',
        ],
        [
            "monitoringLabels",
            '["a b=c"]',
            'has the label "a b"; write a name such as "release" or "example.com/release"',
        ],
        ...["kube-system:0", "10.0.0.0/33", "10.0.0.1", "DNS", "kube-system:dns", ""].map(
            (entry) =>
                [
                    "nameServers",
                    JSON.stringify([entry]),
                    `has the entry "${entry}"; ${nameServer}`,
                ] satisfies [string, string, string],
        ),
        ["nameServers", "[]", `is empty; ${nameServer}`],
        [
            "imagePullSecrets",
            '["My Secret"]',
            'has the name "My Secret"; write lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit',
        ],
        ["monitoringLabels", '["a=1","a=2"]', 'names "a" more than once; name each once'],
        ...[
            ["docs/runbooks", "docs/runbooks"],
            ["ftp://git.example.com/runbooks", "ftp://git.example.com/runbooks"],
            ["https://me:secret@git.example.com/runbooks", "https://***@git.example.com/runbooks"],
            ["https://git.example.com/runbooks?ref=main", "https://git.example.com/runbooks?ref=main"],
            ["https://", "https://"],
        ].map(
            ([entry = "", shown = ""]) =>
                [
                    "runbooksUrl",
                    entry,
                    `has the value "${shown}"; write the URL of a folder, such as "https://git.example.com/spot-messaging/blob/main/docs/runbooks/alerts"`,
                ] satisfies [string, string, string],
        ),
        [
            "brokerImage",
            "",
            'is missing; look up the digest of the official image, docker buildx imagetools inspect rabbitmq:4.3-management, and name it, such as "rabbitmq:4.3-management@sha256:..."',
        ],
        [
            "brokerImage",
            "rabbitmq:4.3-management",
            'has the value "rabbitmq:4.3-management"; name it by digest, such as "rabbitmq:4.3-management@sha256:...": a tag can point to another image tomorrow',
        ],
        [
            "servicesImage",
            "",
            `is missing; push the image that is built from services/ and name it by digest, such as ${digest}`,
        ],
        [
            "servicesImage",
            "services:2",
            `has the value "services:2"; name it by digest, such as ${digest}: a tag can point to another image tomorrow`,
        ],
        [
            "autoscaling",
            "false",
            'lets "analyzer.links" scale from 2 to 10 replicas, but autoscaling is off; install KEDA and set "autoscaling" to true, or write one number',
            "serviceReplicas",
        ],
        [
            "serviceReplicas",
            '["analyzer.link=2"]',
            'names "analyzer.link", which is not a service that can have several replicas; did you mean "analyzer.links"?',
        ],
        [
            "serviceReplicas",
            '["gateway=2-4"]',
            'lets "gateway" scale from 2 to 4 replicas, but it has no work queue whose length KEDA could use; write one number',
        ],
        [
            "serviceReplicas",
            '["gateway=3-2"]',
            'has the entry "gateway=3-2"; write entries such as "analyzer.links=2-10"',
        ],
        [
            "serviceReplicas",
            '["gateway=0"]',
            'has the entry "gateway=0"; write entries such as "analyzer.links=2-10"',
        ],
        [
            "gatewayHost",
            "https://mail",
            'has the value "https://mail"; write lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit',
        ],
    ])("on Kubernetes key %s with the value %j", (key, value, sentence, place = key) => {
        const ingress = { ingressClass: "nginx", ingressNamespace: "ingress", ingressTlsSecret: "mail-tls" };
        expect(problemsOf("prod", { ...kubernetesConfig, ...ingress, [key]: value })).toEqual([
            `Pulumi.prod.yaml: key "spot-messaging:${place}" ${sentence}`,
        ]);
    });

    it("all problems on Kubernetes together, before anything is created", () => {
        const raw = {
            ...kubernetesConfig,
            nodes: "4",
            zones: '["a"]',
            storageClass: "",
            servicesImage: "",
            tlsIssuer: "",
            autoscaling: "false",
            brokerMemory: "2 GiB",
            retryDelayLimit: "1 second",
        };
        expect(problemsOf("prod", raw).map((each) => /messaging:(\w+)"/.exec(each)?.[1])).toEqual([
            "brokerMemory",
            "nodes",
            "retryDelayLimit",
            "serviceReplicas",
            "servicesImage",
            "storageClass",
            "tlsIssuer",
            "zones",
        ]);
    });

    it("a gateway's host without the ingress that leads there", () => {
        const raw = { ...kubernetesConfig, gatewayHost: "mail.example.com" };
        expect(problemsOf("prod", raw)).toEqual([
            'Pulumi.prod.yaml: key "spot-messaging:ingressClass" is missing; name the class of the ingress controller',
            'Pulumi.prod.yaml: key "spot-messaging:ingressNamespace" is missing; add it to the stack file',
            'Pulumi.prod.yaml: key "spot-messaging:ingressTlsSecret" is missing; name the Secret with the host\'s certificate',
        ]);
    });
});
