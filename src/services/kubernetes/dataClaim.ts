import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { formatQuantity, partLabels } from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import { partOf } from "../../environment/platform.ts";

/** The volume of stored e-mails, running analyses and results. */
export const dataClaimName = "spot-data";

/** One volume for all services, on whatever host they run. */
export function toDataClaimArgs({
    namespace,
    data,
}: KubernetesDeployment): Plain<k8s.core.v1.PersistentVolumeClaimArgs> {
    return {
        metadata: {
            name: dataClaimName,
            namespace,
            labels: partLabels(partOf, "service"),
            // A class may wait for the first pod before it makes a volume, and the pods come later; they tell when there is none.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            accessModes: ["ReadWriteMany"],
            storageClassName: data.storageClass,
            resources: { requests: { storage: formatQuantity(data.size) } },
        },
    };
}
