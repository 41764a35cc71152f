import { isIP } from "node:net";
import type * as k8s from "@pulumi/kubernetes";
import type { CertificateAuthority, KubernetesCluster } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";
import { brokerMetadata, brokerName, secretNames, serviceHost } from "./place.ts";

/** What stands in a certificate: names of hosts, and addresses, which no client looks for among the names. */
export interface CertificateHosts {
    readonly names: readonly string[];
    readonly addresses: readonly string[];
}

/** How the broker is called: by its clients, by its own nodes, and by who reaches the management API from outside. */
export function certificateHosts({ namespace, managementUrl }: KubernetesCluster): CertificateHosts {
    const nodes = `*.${brokerName}-nodes.${namespace}`;
    const host = serviceHost({ namespace });
    // An IPv6 address stands in brackets there.
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
        // Behind a port-forward.
        "localhost",
        ...outside.filter((each) => isIP(each) === 0),
    ];
    return { names: [...new Set(names)], addresses: outside.filter((each) => isIP(each) !== 0) };
}

/**
 * The broker's certificate as cert-manager is asked for it. It is renewed without a restart: the broker reads the files again.
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
            ...brokerMetadata(cluster, secretNames.tls),
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            secretName: secretNames.tls,
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
