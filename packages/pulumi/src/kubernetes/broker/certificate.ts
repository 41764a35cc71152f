import { isIP } from "node:net";
import type * as k8s from "@pulumi/kubernetes";
import type { CertificateAuthority, KubernetesCluster } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";
import { brokerMetadata, brokerName, serviceHost, tlsSecretName } from "./place.ts";

/** The hosts of a certificate: DNS names, and IP addresses, which clients look up separately. */
export interface CertificateHosts {
    readonly names: readonly string[];
    readonly addresses: readonly string[];
}

/** All hosts of the broker: for clients, between nodes, and for the management API from outside. */
export function certificateHosts({ namespace, managementUrl }: KubernetesCluster): CertificateHosts {
    const nodes = `*.${brokerName}-nodes.${namespace}`;
    const host = serviceHost({ namespace });
    // A URL has brackets around an IPv6 address.
    const outside =
        managementUrl === undefined ? [] : [new URL(managementUrl).hostname.replace(/^\[|\]$/g, "")];
    const names = [
        host,
        brokerName,
        `${brokerName}.${namespace}`,
        `${host}.cluster.local`,
        nodes,
        `${nodes}.svc`,
        `${nodes}.svc.cluster.local`,
        // For a port-forward.
        "localhost",
        ...outside.filter((each) => isIP(each) === 0),
    ];
    return { names: [...new Set(names)], addresses: outside.filter((each) => isIP(each) !== 0) };
}

/**
 * The cert-manager Certificate of the broker. A renewal needs no restart, because the broker reads the files again.
 * @see https://cert-manager.io/docs/usage/certificate/
 */
export function toCertificateArgs(
    cluster: KubernetesCluster,
    { kind, name }: Exclude<CertificateAuthority, { readonly kind: "own" }>,
): k8s.apiextensions.CustomResourceArgs {
    const { names, addresses } = certificateHosts(cluster);
    return {
        ...operatorKinds.certificate,
        metadata: {
            ...brokerMetadata(cluster, tlsSecretName(cluster)),
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            secretName: tlsSecretName(cluster),
            issuerRef: { group: "cert-manager.io", kind, name },
            dnsNames: [...names],
            ...(addresses.length > 0 && { ipAddresses: [...addresses] }),
            usages: ["server auth", "digital signature", "key encipherment"],
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
            duration: "2160h",
            renewBefore: "720h",
        },
    };
}
