import type * as k8s from "@pulumi/kubernetes";
import { pullSecrets } from "@spot-messaging/pulumi/kubernetes";
import { type Workload } from "@spot-messaging/topology";
import { type ReplicaRange, scales } from "../../environment/deployment.ts";
import { serviceUser } from "../runtime/runtime.ts";
import { stopGraceSeconds } from "../runtime/stopGrace.ts";
import { containerOf, leavingSeconds } from "./container.ts";
import { labelsOf, objectNameOf, podsOf, type ServicePlace, serviceMetadata } from "./place.ts";
import { type PodFiles, volumesOf } from "./volumes.ts";

export interface ReleasedService extends ServicePlace {
    readonly workload: Workload;
    /** With a digest. */
    readonly image: string;
    readonly imagePullSecrets: readonly string[];
    readonly replicas: ReplicaRange;
    readonly files: PodFiles;
    /** The environment variables of this service. */
    readonly environment: Readonly<Record<string, string>>;
}

/**
 * The Deployment of a service, with the "restricted" Pod Security Standard. Replicas are replaced one by one without a loss of capacity.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function toDeploymentArgs(released: ReleasedService): k8s.apps.v1.DeploymentArgs {
    const { replicas } = released;
    const timeoutSeconds = graceSeconds(released) + startSeconds;
    return {
        metadata: {
            ...serviceMetadata(released),
            annotations: {
                "pulumi.com/timeoutSeconds": String(timeoutSeconds),
                // After KEDA scaled the service, its autoscaler still owns the field `replicas`, and another value would cause a conflict.
                ...(!scales(replicas) && { "pulumi.com/patchForce": "true" }),
            },
        },
        spec: {
            progressDeadlineSeconds: timeoutSeconds,
            // KEDA sets the number: with a value here, each `pulumi up` would reset it.
            ...(!scales(replicas) && { replicas: replicas.least }),
            revisionHistoryLimit: 3,
            selector: { matchLabels: podsOf(released) },
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            template: { metadata: { labels: labelsOf(released) }, spec: podOf(released) },
        },
    };
}

/** The limit for the replicas to start: images, volumes, the broker. */
const startSeconds = 600;

/** The limit for a replica to stop. */
function graceSeconds({ service, workload }: ReleasedService): number {
    return stopGraceSeconds(service) + (workload.httpPort === undefined ? 0 : leavingSeconds);
}

/**
 * How long a replica on a host that does not answer counts as running before another host gets one. Kubernetes adds 300 s by default, and in
 * any case first waits 50 s for the host.
 */
const lostHostSeconds = 60;

function podOf(released: ReleasedService): k8s.types.input.core.v1.PodSpec {
    const { workload, image, imagePullSecrets, files, environment } = released;
    const volumes = volumesOf(files);
    return {
        serviceAccountName: objectNameOf(released),
        automountServiceAccountToken: false,
        // Otherwise Kubernetes adds the hosts of all Services to the environment.
        enableServiceLinks: false,
        terminationGracePeriodSeconds: graceSeconds(released),
        ...pullSecrets(imagePullSecrets),
        securityContext: {
            runAsNonRoot: true,
            runAsUser: serviceUser,
            runAsGroup: serviceUser,
            fsGroup: serviceUser,
            seccompProfile: { type: "RuntimeDefault" },
        },
        tolerations: ["not-ready", "unreachable"].map((state) => ({
            key: `node.kubernetes.io/${state}`,
            operator: "Exists",
            effect: "NoExecute",
            tolerationSeconds: lostHostSeconds,
        })),
        topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
            (topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                // Two replicas on one host are better than a pending one.
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: podsOf(released) },
                matchLabelKeys: ["pod-template-hash"],
            }),
        ),
        containers: [containerOf(workload, image, environment, volumes)],
        volumes: [...volumes],
    };
}
