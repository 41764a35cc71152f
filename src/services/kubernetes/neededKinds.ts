import type { Cluster } from "@spot-messaging/pulumi";
import { clusterKinds, type NeededKind, operatorKinds } from "@spot-messaging/pulumi/kubernetes";
import { type Deployment, scales } from "../../environment/deployment.ts";

const keda =
    'install KEDA, or set "autoscaling" to false and write one number for each service in "serviceReplicas"';

/** The kinds that must be installed before a stack is deployed; empty if nothing runs on Kubernetes. */
export function neededKinds(cluster: Cluster, deployment: Deployment): readonly NeededKind[] {
    const { scaledObject, triggerAuthentication } = operatorKinds;
    return [
        ...clusterKinds(cluster, {
            authority: 'install cert-manager, or set "tlsIssuer" to own',
            monitoring: 'install the Prometheus operator, or leave out "monitoringNamespace"',
        }),
        ...(deployment.kind === "kubernetes" && Object.values(deployment.replicas).some(scales)
            ? [triggerAuthentication, scaledObject].map((each) => ({ ...each, wayOut: keda }))
            : []),
    ];
}
