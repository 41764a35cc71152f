import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import type { GatewayIngress } from "../../environment/deployment.ts";
import { httpPortName } from "./container.ts";
import { objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** How the HTTP interface is reached from outside: by TLS, under one host. */
export function toIngressArgs(
    place: ServicePlace,
    { host, className, tlsSecret }: GatewayIngress,
): Plain<k8s.networking.v1.IngressArgs> {
    return {
        metadata: {
            ...serviceMetadata(place),
            // ingress-nginx lets 1 MiB through unless it is told; the gateway takes 50. Other controllers do not read this.
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
