import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { httpPortName } from "./container.ts";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

const port = 80;

/** The Service of a service's HTTP interface; only ready replicas get requests. */
export function toHttpServiceArgs(place: ServicePlace): Plain<k8s.core.v1.ServiceArgs> {
    return {
        metadata: {
            ...serviceMetadata(place),
            // It is created after its pods are ready, so the provider need not wait and needs no permission to read endpoints.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            type: "ClusterIP",
            selector: podsOf(place),
            ports: [{ name: httpPortName, port, targetPort: httpPortName, protocol: "TCP" }],
        },
    };
}
