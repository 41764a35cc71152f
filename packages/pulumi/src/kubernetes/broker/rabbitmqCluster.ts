import type * as k8s from "@pulumi/kubernetes";
import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";
import { pullSecrets } from "../pullSecrets.ts";
import { formatQuantity } from "../quantity.ts";
import { brokerMetadata, brokerName, podLabels, secretNames, tlsSecretName } from "./place.ts";
import { rabbitmqConf } from "./rabbitmqConf.ts";

/** The used part of the `RabbitmqCluster` custom resource. */
export interface RabbitmqClusterManifest extends k8s.apiextensions.CustomResourceArgs {
    readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * The limit for a stopping node, which waits until the others have a majority without it and then transfers its queues. The operator's
 * default of a week would block the draining of a host.
 */
const terminationGraceSeconds = 1_800;

/** The limit for a new cluster: volumes, images, and nodes that start one by one. */
const readySeconds = 1_200;

const seccompProfile = { type: "RuntimeDefault" };

/** What the Pod Security level "restricted" asks of every container, and a root file system that is read-only. */
const containerSecurity = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile,
};

const zoneLabel = "topology.kubernetes.io/zone";

/**
 * The manifest for the RabbitMQ Cluster Operator: no two nodes on one host, spread evenly over zones, requests equal to limits.
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
                // The engine waits until all nodes are ready.
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
            // The stack's own administrator, so that "guest" is never created and no generated password has to be read from the operator.
            secretBackend: { externalSecret: { name: secretNames.administrator } },
            tls: { secretName: tlsSecretName(cluster), disableNonTLSListeners: true },
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
                                // Operators before 2.17 set nothing of it, and a restricted namespace then refuses every node.
                                securityContext: { runAsNonRoot: true, seccompProfile },
                                initContainers: [
                                    { name: "setup-container", securityContext: containerSecurity },
                                ],
                                containers: [{ name: "rabbitmq", securityContext: containerSecurity }],
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
