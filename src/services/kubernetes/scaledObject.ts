import type * as k8s from "@pulumi/kubernetes";
import { operatorKinds } from "@spot-messaging/pulumi/kubernetes";
import type { Service, Subscription, Topology } from "@spot-messaging/topology";
import type { ReplicaRange } from "../../environment/deployment.ts";
import { objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";
import { authenticationName } from "./triggerAuthentication.ts";

/** The queues whose length scales a service: its work queues. Command queues do not count, because every replica has its own. */
export function scalingQueues(
    { consumes }: Service,
    { queues }: Pick<Topology, "queues">,
): readonly Subscription[] {
    const work = new Set(queues.filter(({ purpose }) => purpose === "work").map(({ name }) => name));
    return consumes.filter(({ queue }) => work.has(queue));
}

export interface Scaling {
    readonly replicas: ReplicaRange;
    readonly queues: readonly Subscription[];
    readonly vhost: string;
    /** The management API's URL inside the Kubernetes cluster. */
    readonly managementUrl: string;
}

/** KEDA adds a replica for this many prefetches of waiting messages. */
const roundsPerReplica = 5;

const pollingSeconds = 15;
/** Scale in after 5 idle minutes, one replica a minute. */
const calmSeconds = 300;

/**
 * The KEDA ScaledObject that scales a service by the length of its queues. KEDA uses the management API: through AMQP it would not count
 * unacknowledged messages and would stop replicas that process them.
 * @see https://keda.sh/docs/2.20/scalers/rabbitmq-queue/
 */
export function toScaledObjectArgs(
    place: ServicePlace,
    { replicas, queues, vhost, managementUrl }: Scaling,
): k8s.apiextensions.CustomResourceArgs {
    return {
        ...operatorKinds.scaledObject,
        metadata: {
            ...serviceMetadata(place),
            // The custom resource definition can exist without a running KEDA; waiting detects that.
            annotations: { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "120" },
        },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: objectNameOf(place) },
            minReplicaCount: replicas.least,
            maxReplicaCount: replicas.most,
            pollingInterval: pollingSeconds,
            // If KEDA cannot query the broker, never scale in.
            fallback: {
                failureThreshold: 3,
                replicas: replicas.least,
                behavior: "currentReplicasIfHigher",
            },
            advanced: {
                horizontalPodAutoscalerConfig: {
                    behavior: {
                        scaleDown: {
                            stabilizationWindowSeconds: calmSeconds,
                            policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
                        },
                    },
                },
            },
            triggers: queues.map(({ queue, prefetch }) => ({
                type: "rabbitmq",
                metadata: {
                    protocol: "http",
                    host: managementUrl,
                    vhostName: vhost,
                    queueName: queue,
                    mode: "QueueLength",
                    value: String(prefetch * roundsPerReplica),
                },
                authenticationRef: { name: authenticationName },
            })),
        },
    };
}
