import type * as k8s from "@pulumi/kubernetes";
import type { VolumeClaim } from "@spot-messaging/pulumi";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { formatQuantity, partLabels } from "@spot-messaging/pulumi/kubernetes";
import { UserError } from "@spot-messaging/topology";
import { partOf } from "../../environment/platform.ts";

/** The claim for the volume that the services of an earlier release shared. */
export const oldDataClaimName = "spot-data";

/** On a claim that Pulumi leaves in Kubernetes when it is no longer declared. The release that created the claim did not set it. */
const keptAnnotation = "spot-messaging/kept";

/** The same claim as in that release: a change of its specification would replace it. */
export function toOldDataClaimArgs(
    namespace: string,
    { storageClass, size }: VolumeClaim,
): Plain<k8s.core.v1.PersistentVolumeClaimArgs> {
    return {
        metadata: {
            name: oldDataClaimName,
            namespace,
            labels: partLabels(partOf, "service"),
            annotations: { "pulumi.com/skipAwait": "true", [keptAnnotation]: "true" },
        },
        spec: {
            accessModes: ["ReadWriteMany"],
            storageClassName: storageClass,
            resources: { requests: { storage: formatQuantity(size) } },
        },
    };
}

/**
 * Refuses an update that would delete the claim: Pulumi's state does not say yet that it stays.
 * @param annotations of the claim in Kubernetes; `undefined` if there is none
 */
export function rejectLostClaim(
    namespace: string,
    annotations: Readonly<Record<string, string>> | undefined,
): void {
    if (annotations !== undefined && annotations[keptAnnotation] === undefined) {
        throw new UserError(
            `claim "${oldDataClaimName}" in namespace "${namespace}" holds the state of an earlier release, and this update would delete it: write "dataStorageClass" and "dataStorageSize" as that release had them, and run "pulumi up" once; from then on the claim stays`,
        );
    }
}
