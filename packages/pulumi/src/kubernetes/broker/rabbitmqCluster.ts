import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";
import { pullSecrets } from "../pullSecrets.ts";
import { formatQuantity } from "../quantity.ts";
import { brokerMetadata, brokerName, podLabels, secretNames } from "./place.ts";
import { rabbitmqConf } from "./rabbitmqConf.ts";

/** A `RabbitmqCluster` as its definition has it, as far as it is used here. */
export interface RabbitmqClusterManifest extends k8s.apiextensions.CustomResourceArgs {
    readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * How long a node that is told to stop may wait until the others have a majority without it, and then hand over its queues. The operator's
 * week would hold up whoever drains a host.
 */
const terminationGraceSeconds = 1_800;

/** How long a fresh cluster may take: volumes, images, one node after the other. */
const readySeconds = 1_200;

const zoneLabel = "topology.kubernetes.io/zone";

/**
 * The cluster as the RabbitMQ Cluster Operator is asked for it: no two nodes on one host, zones as even as can be, all it may use promised.
 * @see https://www.rabbitmq.com/kubernetes/operator/using-operator
 */
export function toRabbitmqClusterArgs(cluster: KubernetesCluster): RabbitmqClusterManifest {
    const { nodes, image, imagePullSecrets, zones, cpus, memory, storage } = cluster;
    const resources = { cpu: String(cpus), memory: formatQuantity(memory) };
    const selector = { matchLabels: podLabels };
    return {
        ...operatorKinds.rabbitmqCluster,
        metadata: {
            ...brokerMetadata(cluster, brokerName),
            annotations: {
                // The engine takes it for created when all nodes are ready, and not before.
                "pulumi.com/waitFor": "condition=AllReplicasReady",
                "pulumi.com/timeoutSeconds": String(readySeconds),
            },
        },
        spec: {
            replicas: nodes,
            image,
            ...pullSecrets(imagePullSecrets),
            resources: { requests: resources, limits: resources },
            persistence: { storageClassName: storage.storageClass, storage: formatQuantity(storage.size) },
            service: { type: "ClusterIP" },
            terminationGracePeriodSeconds: terminationGraceSeconds,
            autoEnableAllFeatureFlags: true,
            // An administrator of our own, so that "guest" is never made, and nobody has to read what the operator drew.
            secretBackend: { externalSecret: { name: secretNames.administrator } },
            tls: { secretName: secretNames.tls, disableNonTLSListeners: true },
            rabbitmq: { additionalConfig: rabbitmqConf(cluster) },
            affinity: {
                nodeAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: {
                        nodeSelectorTerms: [
                            { matchExpressions: [{ key: zoneLabel, operator: "In", values: [...zones] }] },
                        ],
                    },
                },
                podAntiAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: [
                        { labelSelector: selector, topologyKey: "kubernetes.io/hostname" },
                    ],
                },
            },
            override: {
                statefulSet: {
                    spec: {
                        template: {
                            spec: {
                                containers: [],
                                topologySpreadConstraints: [
                                    {
                                        maxSkew: 1,
                                        topologyKey: zoneLabel,
                                        whenUnsatisfiable: "DoNotSchedule",
                                        labelSelector: selector,
                                    },
                                ],
                            },
                        },
                    },
                },
            },
        },
    };
}
