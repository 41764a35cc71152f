import type { Cluster } from "@spot-messaging/pulumi";
import { clusterKinds, type NeededKind, operatorKinds } from "@spot-messaging/pulumi/kubernetes";
import { type Deployment, scales } from "../../environment/deployment.ts";
import type { Database } from "../../environment/state.ts";

const keda =
    'install KEDA, or set "autoscaling" to false and write one number for each service in "serviceReplicas"';

const prometheus = 'install the Prometheus operator, or leave out "monitoringNamespace"';

const cloudNativePg =
    'install CloudNativePG, or set "database" to external and "databaseUrl" to the URL of a server that others run';

/** The kinds that must be installed before a stack is deployed; empty if nothing runs on Kubernetes. */
export function neededKinds(
    cluster: Cluster,
    deployment: Deployment,
    database: Database,
): readonly NeededKind[] {
    const { scaledObject, triggerAuthentication, databaseCluster, podMonitor } = operatorKinds;
    return [
        ...clusterKinds(cluster, {
            authority: 'install cert-manager, or set "tlsIssuer" to own',
            monitoring: prometheus,
        }),
        ...(deployment.kind === "kubernetes" && Object.values(deployment.replicas).some(scales)
            ? [triggerAuthentication, scaledObject].map((each) => ({ ...each, wayOut: keda }))
            : []),
        ...(deployment.kind === "kubernetes" && database.kind === "cluster"
            ? [{ ...databaseCluster, wayOut: cloudNativePg }]
            : []),
        ...(deployment.kind === "kubernetes" && deployment.monitoring !== undefined
            ? [{ ...podMonitor, wayOut: prometheus }]
            : []),
    ];
}
