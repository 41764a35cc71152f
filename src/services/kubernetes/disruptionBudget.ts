import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** Of several replicas one at a time leaves when hosts are drained. A single one has no budget, which could only hold up the draining. */
export function toDisruptionBudgetArgs(place: ServicePlace): Plain<k8s.policy.v1.PodDisruptionBudgetArgs> {
    return {
        metadata: serviceMetadata(place),
        spec: {
            maxUnavailable: 1,
            selector: { matchLabels: podsOf(place) },
            // One that is not fit holds up nobody.
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
    };
}
