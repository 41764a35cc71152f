import type { KubernetesObject } from "../../kube/support/object.ts";

const name = "coredns";
const namespace = "kube-system";
const labels = { "k8s-app": "kube-dns" };
/** The port of the pods, too, which network policies mean. */
const [dnsPort, healthPort, readyPort, metricsPort] = [53, 8080, 8181, 9153];

/**
 * The objects of the cluster's name server. It knows Services and pods, and no name outside of the cluster.
 * @param address - its Service's address, which kubelet writes into each pod
 */
export function coreDnsObjects(
    image: string,
    address: string,
    domain = "cluster.local",
): readonly KubernetesObject[] {
    const metadata = { name, namespace, labels };
    return [
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "system:coredns" },
            rules: [
                {
                    apiGroups: [""],
                    resources: ["endpoints", "services", "pods", "namespaces"],
                    verbs: ["list", "watch"],
                },
                { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
            ],
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: "system:coredns" },
            roleRef: {
                apiGroup: "rbac.authorization.k8s.io",
                kind: "ClusterRole",
                name: "system:coredns",
            },
            subjects: [{ kind: "ServiceAccount", name, namespace }],
        },
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: corefile(domain) } },
        deployment(image),
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { ...metadata, name: "kube-dns" },
            spec: {
                clusterIP: address,
                selector: labels,
                ports: [
                    { name: "dns", port: 53, protocol: "UDP", targetPort: dnsPort },
                    { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: dnsPort },
                    { name: "metrics", port: metricsPort, protocol: "TCP", targetPort: metricsPort },
                ],
            },
        },
    ];
}

function corefile(domain: string): string {
    return [
        `.:${dnsPort} {`,
        "    errors",
        `    health :${healthPort}`,
        `    ready :${readyPort}`,
        `    kubernetes ${domain} in-addr.arpa ip6.arpa {`,
        "        pods insecure",
        "        ttl 5",
        "    }",
        `    prometheus :${metricsPort}`,
        "    loadbalance",
        "}",
        "",
    ].join("\n");
}

function deployment(image: string): KubernetesObject {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace, labels },
        spec: {
            // Names are resolved without one of the nodes, too.
            replicas: 2,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    serviceAccountName: name,
                    priorityClassName: "system-cluster-critical",
                    dnsPolicy: "Default",
                    topologySpreadConstraints: [
                        {
                            maxSkew: 1,
                            topologyKey: "kubernetes.io/hostname",
                            whenUnsatisfiable: "ScheduleAnyway",
                            labelSelector: { matchLabels: labels },
                        },
                    ],
                    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                    containers: [
                        {
                            name,
                            image,
                            imagePullPolicy: "IfNotPresent",
                            args: ["-conf", "/etc/coredns/Corefile"],
                            ports: [
                                { name: "dns", containerPort: dnsPort, protocol: "UDP" },
                                { name: "dns-tcp", containerPort: dnsPort, protocol: "TCP" },
                                { name: "metrics", containerPort: metricsPort, protocol: "TCP" },
                            ],
                            resources: {
                                requests: { cpu: "10m", memory: "32Mi" },
                                limits: { memory: "170Mi" },
                            },
                            securityContext: {
                                allowPrivilegeEscalation: false,
                                // Ports below 1024 need it, and only root gets it without a change of the program's file.
                                capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
                                runAsUser: 0,
                                readOnlyRootFilesystem: true,
                            },
                            // As CoreDNS' own manifest: all pods start at the same time here, and starve it.
                            livenessProbe: {
                                httpGet: { path: "/health", port: healthPort },
                                timeoutSeconds: 5,
                                failureThreshold: 5,
                            },
                            readinessProbe: {
                                httpGet: { path: "/ready", port: readyPort },
                                periodSeconds: 1,
                            },
                            volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
                        },
                    ],
                    volumes: [{ name: "config", configMap: { name } }],
                },
            },
        },
    };
}
