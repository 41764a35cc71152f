import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "@spot-messaging/local/images";
import { parse } from "yaml";
import { z } from "zod";
import { certManager } from "../../kube/support/customResources.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { downloadModule, ensureGo } from "../../support/goCommand.ts";
import type { Cluster } from "./cluster.ts";
import { runController } from "./controller.ts";
import { authorityCertificate, certificateRequest, newKey, signedCertificate } from "./openssl.ts";
import { conditionsOf } from "./rollout.ts";

const group = { apiVersion: "cert-manager.io/v1", kind: "Certificate" };

const certificateShape = z.looseObject({
    metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
    spec: z.looseObject({
        secretName: z.string(),
        dnsNames: z.array(z.string()).default([]),
        ipAddresses: z.array(z.string()).default([]),
        duration: z.string().default("2160h"),
    }),
});
type Certificate = z.infer<typeof certificateShape>;

/** An issuer with a private authority, in the place of cert-manager. */
export interface CertificateIssuer {
    /** The authority's certificate, as PEM. */
    readonly authority: string;
    /** Signs every certificate again, as cert-manager does before one expires. */
    readonly renew: () => Promise<void>;
    readonly stop: () => Promise<void>;
}

/** Signs every Certificate of the cluster into its Secret, and reports it as ready. */
export async function issueCertificates(cluster: Cluster, report: Report): Promise<CertificateIssuer> {
    const { client } = cluster;
    const folder = await downloadModule(await ensureGo(report), certManager);
    const file = path.join(folder, "deploy/crds/cert-manager.io_certificates.yaml");
    const definition = parse(readFileSync(file, "utf8")) as KubernetesObject; // what the file contains
    await client.apply(definition);
    const certificates = async (): Promise<readonly KubernetesObject[]> =>
        await client.list(group.apiVersion, group.kind);
    // It needs a moment to serve a kind that was just defined.
    while ((await certificates().catch(() => undefined)) === undefined) {
        await sleep(200);
    }
    const key = await newKey();
    const authority = {
        key,
        certificate: await authorityCertificate({ key, commonName: "internal", hours: 24 * 365 }),
    };
    const sign = async ({ metadata, spec }: Certificate): Promise<void> => {
        const { namespace, name } = metadata;
        const serverKey = await newKey();
        const request = await certificateRequest(serverKey, spec.secretName, [
            ...spec.dnsNames.map((host) => `DNS:${host}`),
            ...spec.ipAddresses.map((address) => `IP:${address}`),
        ]);
        const certificate = await signedCertificate({
            authority,
            request,
            hours: Number.parseInt(spec.duration, 10),
        });
        await client.apply({
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/tls",
            metadata: { name: spec.secretName, namespace },
            stringData: { "ca.crt": authority.certificate, "tls.crt": certificate, "tls.key": serverKey },
        });
        const condition = {
            type: "Ready",
            status: "True",
            reason: "Ready",
            message: "Certificate is up to date and has not expired",
            lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ""),
        };
        await client.setStatus({ ...group, metadata: { name, namespace } }, { conditions: [condition] });
    };
    const stop = runController(async () => {
        for (const object of await certificates()) {
            if (conditionsOf(object).get("Ready")?.status !== "True") {
                await sign(certificateShape.parse(object));
            }
        }
    });
    return {
        authority: authority.certificate,
        renew: async () => {
            for (const object of await certificates()) {
                await sign(certificateShape.parse(object));
            }
        },
        stop,
    };
}
