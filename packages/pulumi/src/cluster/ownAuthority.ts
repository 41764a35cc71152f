import * as pulumi from "@pulumi/pulumi";
import type { CertificateHosts } from "../kubernetes/broker/certificate.ts";
import { peer } from "../peer.ts";

export interface OwnAuthorityArgs {
    /** Prefix of the names in the certificates. */
    readonly commonName: string;
    /** The hosts in the only certificate that the authority signs. */
    readonly hosts: CertificateHosts;
}

const hoursOfYear = 8_760;

/** A certificate authority for one server, and the server's certificate. A `pulumi up` shortly before they expire renews both. */
export class OwnAuthority extends pulumi.ComponentResource {
    /** The authority's certificate, as PEM, which clients must trust. */
    readonly authorityCertificate: pulumi.Output<string>;
    /** The server's certificate, as PEM. */
    readonly certificate: pulumi.Output<string>;
    readonly privateKey: pulumi.Output<string>;

    constructor(
        name: string,
        { commonName, hosts }: OwnAuthorityArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const tls = peer("RabbitMqCluster", "@pulumi/tls");
        super("messaging:index:OwnAuthority", name, {}, opts);
        const child = { parent: this };
        const curve = { algorithm: "ECDSA", ecdsaCurve: "P256" };
        const authorityKey = new tls.PrivateKey(`${name}-authority-key`, curve, child);
        const authority = new tls.SelfSignedCert(
            `${name}-authority`,
            {
                privateKeyPem: authorityKey.privateKeyPem,
                subject: { commonName: `${commonName} authority` },
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
                validityPeriodHours: 10 * hoursOfYear,
                earlyRenewalHours: hoursOfYear,
            },
            child,
        );
        const key = new tls.PrivateKey(`${name}-key`, curve, child);
        const request = new tls.CertRequest(
            `${name}-request`,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { commonName },
                dnsNames: [...hosts.names],
                ipAddresses: [...hosts.addresses],
            },
            child,
        );
        const certificate = new tls.LocallySignedCert(
            `${name}-certificate`,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: authorityKey.privateKeyPem,
                caCertPem: authority.certPem,
                allowedUses: ["server_auth", "digital_signature", "key_encipherment"],
                validityPeriodHours: hoursOfYear,
                earlyRenewalHours: hoursOfYear / 4,
            },
            child,
        );
        this.authorityCertificate = authority.certPem;
        this.certificate = certificate.certPem;
        this.privateKey = pulumi.secret(key.privateKeyPem);
        this.registerOutputs({});
    }
}
