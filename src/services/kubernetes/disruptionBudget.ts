import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** Draining hosts evicts one replica at a time. A single replica has no budget, because it could only block the draining. */
export function toDisruptionBudgetArgs(place: ServicePlace): Plain<k8s.policy.v1.PodDisruptionBudgetArgs> {
    return {
        metadata: serviceMetadata(place),
        spec: {
            maxUnavailable: 1,
            selector: { matchLabels: podsOf(place) },
            // An unhealthy pod must not block the draining.
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
    };
}
