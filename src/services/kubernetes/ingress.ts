import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import type { GatewayIngress } from "../../environment/deployment.ts";
import { httpPortName } from "./container.ts";
import { objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** The Ingress of the HTTP interface: one host, with TLS. */
export function toIngressArgs(
    place: ServicePlace,
    { host, className, tlsSecret }: GatewayIngress,
): Plain<k8s.networking.v1.IngressArgs> {
    return {
        metadata: {
            ...serviceMetadata(place),
            // The default limit of ingress-nginx is 1 MiB; the gateway accepts 50 MiB. Other controllers ignore this annotation.
            annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "50m" },
        },
        spec: {
            ingressClassName: className,
            tls: [{ hosts: [host], secretName: tlsSecret }],
            rules: [
                {
                    host,
                    http: {
                        paths: [
                            {
                                path: "/",
                                pathType: "Prefix",
                                backend: {
                                    service: { name: objectNameOf(place), port: { name: httpPortName } },
                                },
                            },
                        ],
                    },
                },
            ],
        },
    };
}
