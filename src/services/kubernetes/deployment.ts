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
    /** By digest. */
    readonly image: string;
    readonly imagePullSecrets: readonly string[];
    readonly replicas: ReplicaRange;
    /** Whether several replicas may run at the same time. */
    readonly shared: boolean;
    readonly files: PodFiles;
}

/**
 * A service's pods, restricted as far as Kubernetes knows. A service whose replicas share the work is replaced one by one, without a moment
 * of fewer; one that keeps a store of its own leaves before its successor comes, and its messages wait that long.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function toDeploymentArgs(released: ReleasedService): k8s.apps.v1.DeploymentArgs {
    const { replicas, shared } = released;
    const patience = graceSeconds(released) + startSeconds;
    return {
        metadata: {
            ...serviceMetadata(released),
            annotations: {
                "pulumi.com/timeoutSeconds": String(patience),
                // Where KEDA scaled before, the number is still its autoscaler's, and whoever applies another would be refused.
                ...(!scales(replicas) && { "pulumi.com/patchForce": "true" }),
            },
        },
        spec: {
            progressDeadlineSeconds: patience,
            // Where KEDA scales, the number is its own: said here too, each `pulumi up` would take it back.
            ...(!scales(replicas) && { replicas: replicas.least }),
            revisionHistoryLimit: 3,
            selector: { matchLabels: podsOf(released) },
            strategy: shared
                ? { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
                : { type: "Recreate" },
            template: { metadata: { labels: labelsOf(released) }, spec: podOf(released) },
        },
    };
}

/** How long the replicas may take to start: images, volumes, the broker. */
const startSeconds = 600;

/** How long a replica may take to leave. Until it has, none that is not shared is replaced. */
function graceSeconds({ service, workload }: ReleasedService): number {
    return stopGraceSeconds(service) + (workload.httpPort === undefined ? 0 : leavingSeconds);
}

function podOf(released: ReleasedService): k8s.types.input.core.v1.PodSpec {
    const { workload, image, imagePullSecrets, files } = released;
    return {
        serviceAccountName: objectNameOf(released),
        automountServiceAccountToken: false,
        // Kubernetes would list the hosts of all Services in the environment.
        enableServiceLinks: false,
        terminationGracePeriodSeconds: graceSeconds(released),
        ...pullSecrets(imagePullSecrets),
        securityContext: {
            runAsNonRoot: true,
            runAsUser: serviceUser,
            runAsGroup: serviceUser,
            fsGroup: serviceUser,
            // Not file by file at every start: there may be a million e-mails.
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        },
        topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
            (topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                // Rather crowded than not at all.
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: podsOf(released) },
                matchLabelKeys: ["pod-template-hash"],
            }),
        ),
        containers: [containerOf(workload, image)],
        volumes: [...volumesOf(files)],
    };
}
