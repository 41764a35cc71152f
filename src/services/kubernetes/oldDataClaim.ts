import type * as k8s from "@pulumi/kubernetes";
import type { VolumeClaim } from "@spot-messaging/pulumi";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { formatQuantity, partLabels } from "@spot-messaging/pulumi/kubernetes";
import { partOf } from "../../environment/platform.ts";

/** The claim for the volume that the services of an earlier release shared. */
export const oldDataClaimName = "spot-data";

/** The same claim as in that release: a change would replace it. */
export function toOldDataClaimArgs(
    namespace: string,
    { storageClass, size }: VolumeClaim,
): Plain<k8s.core.v1.PersistentVolumeClaimArgs> {
    return {
        metadata: {
            name: oldDataClaimName,
            namespace,
            labels: partLabels(partOf, "service"),
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            accessModes: ["ReadWriteMany"],
            storageClassName: storageClass,
            resources: { requests: { storage: formatQuantity(size) } },
        },
    };
}
