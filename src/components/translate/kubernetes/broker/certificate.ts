import type * as k8s from "@pulumi/kubernetes";
import type { CertificateAuthority, KubernetesCluster } from "../../../../model/index.js";
import { operatorKinds } from "../operatorKinds.js";
import { brokerMetadata, brokerName, secretNames, serviceHost } from "./place.js";

/** How the broker is called: by its clients, by its own nodes, and by who reaches the management API from outside. */
export function certificateHosts(cluster: KubernetesCluster): readonly string[] {
    const { namespace, managementUrl } = cluster;
    const nodes = `*.${brokerName}-nodes.${namespace}`;
    return [
        ...new Set([
            serviceHost(cluster),
            brokerName,
            `${brokerName}.${namespace}`,
            `${serviceHost(cluster)}.cluster.local`,
            nodes,
            `${nodes}.svc`,
            `${nodes}.svc.cluster.local`,
            // Behind a port-forward.
            "localhost",
            ...(managementUrl === undefined ? [] : [new URL(managementUrl).hostname]),
        ]),
    ];
}

/**
 * The broker's certificate as cert-manager is asked for it. It is renewed without a restart: the broker reads the files again.
 * @see https://cert-manager.io/docs/usage/certificate/
 */
export function toCertificateArgs(
    cluster: KubernetesCluster,
    { kind, name }: Exclude<CertificateAuthority, { readonly kind: "own" }>,
): k8s.apiextensions.CustomResourceArgs {
    return {
        ...operatorKinds.certificate,
        metadata: {
            ...brokerMetadata(cluster, secretNames.tls),
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            secretName: secretNames.tls,
            issuerRef: { group: "cert-manager.io", kind, name },
            dnsNames: [...certificateHosts(cluster)],
            usages: ["server auth", "digital signature", "key encipherment"],
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
            duration: "2160h",
            renewBefore: "720h",
        },
    };
}
