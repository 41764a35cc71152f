import { clusterKinds, type NeededKind, operatorKinds } from "@spot-messaging/pulumi/kubernetes";
import type { Topology } from "@spot-messaging/topology";
import { databaseConnections, replicasOf, scales } from "../../environment/deployment.ts";
import type { Environment } from "../../environment/environment.ts";
import { toDatabaseClusterArgs } from "./databaseCluster.ts";
import { scalingQueues, toScaledObjectArgs } from "./scaledObject.ts";
import { toTriggerAuthenticationArgs } from "./triggerAuthentication.ts";

const keda =
    'install KEDA, or set "autoscaling" to false and write one number for each service in "serviceReplicas"';

const prometheus = 'install the Prometheus operator, or leave out "monitoringNamespace"';

const cloudNativePg =
    'install CloudNativePG, or set "database" to external and "databaseUrl" to the URL of a server that others run';

/** The kinds that must be installed before a stack is deployed; empty if nothing runs on Kubernetes. */
export function neededKinds(environment: Environment, topology: Topology): readonly NeededKind[] {
    const { cluster, deployment } = environment;
    const ofBroker = clusterKinds(cluster, {
        authority: 'install cert-manager, or set "tlsIssuer" to own',
        monitoring: prometheus,
    });
    return deployment.kind === "kubernetes"
        ? [
              ...ofBroker,
              ...scalingKinds(environment, topology),
              ...databaseKinds(environment),
              ...(deployment.monitoring === undefined
                  ? []
                  : [{ ...operatorKinds.podMonitor, wayOut: prometheus }]),
          ]
        : ofBroker;
}

/** Names do not matter here: only the fields are compared with what is installed. */
const anyName = "spot";

function scalingKinds({ deployment }: Environment, topology: Topology): readonly NeededKind[] {
    if (deployment.kind !== "kubernetes") {
        return [];
    }
    const { namespace } = deployment;
    const scaled = topology.services.find((each) => scales(replicasOf(deployment, each)));
    if (scaled === undefined) {
        return [];
    }
    const install = { wayOut: keda, versions: "KEDA 2.17 or later" };
    return [
        {
            ...operatorKinds.triggerAuthentication,
            ...install,
            manifest: toTriggerAuthenticationArgs({
                namespace,
                username: anyName,
                authority: { secretName: anyName, key: anyName },
            }),
        },
        {
            ...operatorKinds.scaledObject,
            ...install,
            manifest: toScaledObjectArgs(
                { namespace, service: scaled },
                {
                    replicas: replicasOf(deployment, scaled),
                    queues: scalingQueues(scaled, topology),
                    vhost: anyName,
                    managementUrl: anyName,
                },
            ),
        },
    ];
}

function databaseKinds({ deployment, database }: Environment): readonly NeededKind[] {
    return deployment.kind === "kubernetes" && database.kind === "cluster"
        ? [
              {
                  ...operatorKinds.databaseCluster,
                  wayOut: cloudNativePg,
                  versions: "CloudNativePG 1.26 or later",
                  manifest: toDatabaseClusterArgs(
                      deployment.namespace,
                      database,
                      databaseConnections(deployment),
                  ),
              },
          ]
        : [];
}
