import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { type ServicePlace, serviceMetadata } from "./place.ts";

/** A service account without permissions. Services do not use the Kubernetes API, so no pod gets a token. */
export function toServiceAccountArgs(place: ServicePlace): Plain<k8s.core.v1.ServiceAccountArgs> {
    return { metadata: serviceMetadata(place), automountServiceAccountToken: false };
}
