import type * as k8s from "@pulumi/kubernetes";
import { operatorKinds } from "@spot-messaging/pulumi/kubernetes";
import type { Service, Subscription, Topology } from "@spot-messaging/topology";
import type { ReplicaRange } from "../../environment/deployment.ts";
import { objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";
import { authenticationName } from "./triggerAuthentication.ts";

/** The queues by whose length a service is scaled: those in which jobs wait for any of its replicas. Commands go to every one. */
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

/** How often what a replica holds at once may wait in the queue before another replica comes. */
const roundsPerReplica = 5;

const pollingSeconds = 15;
/** A replica that leaves was not needed for so long, and the next one stays a minute longer. */
const calmSeconds = 300;

/**
 * KEDA's order to keep as many replicas as the queues are long. Asked by the management API: by AMQP it would not see the messages that
 * replicas hold, and take those away from under them.
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
            // Its definition may be there without anybody who acts on it.
            annotations: { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "120" },
        },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: objectNameOf(place) },
            minReplicaCount: replicas.least,
            maxReplicaCount: replicas.most,
            pollingInterval: pollingSeconds,
            // When the broker does not tell, nobody is sent away.
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
