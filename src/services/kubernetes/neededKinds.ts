import { type Cluster } from "@spot-messaging/pulumi";
import { type KubernetesKind, type NeededKind, operatorKinds } from "@spot-messaging/pulumi/kubernetes";
import { type Deployment, scales } from "../../environment/deployment.ts";

/** What must be installed before a stack is brought up; nothing where nothing of it runs on Kubernetes. */
export function neededKinds(cluster: Cluster, deployment: Deployment): readonly NeededKind[] {
    const needed = (wayOut: string, ...kinds: readonly KubernetesKind[]): readonly NeededKind[] =>
        kinds.map((each) => ({ ...each, wayOut }));
    const { rabbitmqCluster, certificate, scaledObject, triggerAuthentication } = operatorKinds;
    const { serviceMonitor, prometheusRule } = operatorKinds;
    const onKubernetes = cluster.kind === "kubernetes";
    return [
        ...(onKubernetes && cluster.operatorManifest === undefined
            ? needed(
                  'install the RabbitMQ Cluster Operator, or name the URL of its release in "operatorManifest"',
                  rabbitmqCluster,
              )
            : []),
        ...(onKubernetes && cluster.authority.kind !== "own"
            ? needed('install cert-manager, or set "tlsIssuer" to own', certificate)
            : []),
        ...(onKubernetes && cluster.monitoring !== undefined
            ? needed(
                  'install the Prometheus operator, or leave out "monitoringNamespace"',
                  serviceMonitor,
                  prometheusRule,
              )
            : []),
        ...(deployment.kind === "kubernetes" && Object.values(deployment.replicas).some(scales)
            ? needed(
                  'install KEDA, or set "autoscaling" to false and write one number for each service in "serviceReplicas"',
                  triggerAuthentication,
                  scaledObject,
              )
            : []),
    ];
}
