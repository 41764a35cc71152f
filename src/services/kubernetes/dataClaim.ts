import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { formatQuantity, partLabels } from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import { partOf } from "../../environment/platform.ts";

/** The claim for the volume of stored e-mails, running analyses and results. */
export const dataClaimName = "spot-data";

/** One volume for all services on all hosts. */
export function toDataClaimArgs({
    namespace,
    data,
}: KubernetesDeployment): Plain<k8s.core.v1.PersistentVolumeClaimArgs> {
    return {
        metadata: {
            name: dataClaimName,
            namespace,
            labels: partLabels(partOf, "service"),
            // Do not wait for the volume: a class can create it with the first pod, which comes later and reports a missing volume.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            accessModes: ["ReadWriteMany"],
            storageClassName: data.storageClass,
            resources: { requests: { storage: formatQuantity(data.size) } },
        },
    };
}
