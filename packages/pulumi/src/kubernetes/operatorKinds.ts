import type { KubernetesKind } from "./kubernetesKind.ts";

/** Kinds that exist only if an operator is installed. */
export const operatorKinds = {
    rabbitmqCluster: { apiVersion: "rabbitmq.com/v1beta1", kind: "RabbitmqCluster" },
    certificate: { apiVersion: "cert-manager.io/v1", kind: "Certificate" },
    scaledObject: { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject" },
    triggerAuthentication: { apiVersion: "keda.sh/v1alpha1", kind: "TriggerAuthentication" },
    databaseCluster: { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster" },
    podMonitor: { apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor" },
    serviceMonitor: { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor" },
    prometheusRule: { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule" },
} as const satisfies Readonly<Record<string, KubernetesKind>>;
