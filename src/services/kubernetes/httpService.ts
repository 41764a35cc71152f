import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { httpPortName } from "./container.ts";
import { podsOf, type ServicePlace, serviceMetadata } from "./place.ts";

const port = 80;

/** The name under which a service's HTTP interface is found; only replicas that are fit are asked. */
export function toHttpServiceArgs(place: ServicePlace): Plain<k8s.core.v1.ServiceArgs> {
    return {
        metadata: {
            ...serviceMetadata(place),
            // It is made after its pods are ready; there is nothing more to wait for, and no right to look at endpoints is needed.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            type: "ClusterIP",
            selector: podsOf(place),
            ports: [{ name: httpPortName, port, targetPort: httpPortName, protocol: "TCP" }],
        },
    };
}
