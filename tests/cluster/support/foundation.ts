import { execFileSync } from "node:child_process";
import type { Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../kube/support/object.ts";
import type { ClusterPrograms } from "./cluster.ts";

export interface Foundation {
    readonly programs: ClusterPrograms;
    readonly pauseImage: string;
    readonly images: readonly string[];
    readonly parts: readonly (readonly KubernetesObject[])[];
}

export async function ensureFoundation(_docker: Docker, _report: Report): Promise<Foundation> {
    const b = "/tmp/kb/bin/";
    const op = parseAllDocuments(
        execFileSync(b + "kubectl", ["kustomize", "/root/go/pkg/mod/github.com/rabbitmq/cluster-operator/v2@v2.16.0/config/installation"], { encoding: "utf8" }).replace("rabbitmqoperator/cluster-operator:latest", "spot-messaging/operator:proto"),
    ).map((d) => d.toJS() as KubernetesObject);
    const dns = parseAllDocuments(`
apiVersion: v1
kind: ServiceAccount
metadata: {name: coredns, namespace: kube-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: coredns}
rules:
- {apiGroups: [""], resources: [endpoints, services, pods, namespaces], verbs: [list, watch]}
- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: coredns}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: coredns}
subjects: [{kind: ServiceAccount, name: coredns, namespace: kube-system}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
    .:53 {
      errors
      ready
      kubernetes cluster.local in-addr.arpa { 
        ttl 5
      }
      loadbalance
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  replicas: 2
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec:
      serviceAccountName: coredns
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {k8s-app: kube-dns}}}]
      containers:
      - name: coredns
        image: spot-messaging/coredns:proto
        args: [-conf, /etc/coredns/Corefile]
        readinessProbe: {httpGet: {port: 8181, path: /ready}, periodSeconds: 1}
        volumeMounts: [{name: c, mountPath: /etc/coredns}]
      volumes: [{name: c, configMap: {name: coredns}}]
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: 10.96.0.10
  selector: {k8s-app: kube-dns}
  ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
`).map((d) => d.toJS() as KubernetesObject);
    return {
        programs: { apiServer: "/root/.cache/spot-messaging/kube-apiserver-v1.34.4-225874134341", kubelet: b + "kubelet", controllerManager: b + "kube-controller-manager", scheduler: b + "kube-scheduler", proxy: b + "kube-proxy", kubectl: b + "kubectl", kubeRouter: "/root/.cache/spot-messaging/kube-router-v2.1.0-07e883002787" },
        pauseImage: "spot-messaging/pause:proto",
        images: ["spot-messaging/pause:proto", "spot-messaging/operator:proto", "spot-messaging/coredns:proto"],
        parts: [dns, op],
    };
}
