import { once } from "node:events";
import { createServer } from "node:https";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import type { KubernetesObject } from "../../kube/support/object.ts";
import type { Cluster } from "./cluster.ts";
import { serverCertificate } from "./openssl.ts";
import { nameServer } from "./outsideServer.ts";
import { prodNamespace } from "./prodValues.ts";

/** What a webhook answers of an object: a part of the review's response; `undefined` for no answer at all. */
export type Review = (object: unknown) => Readonly<Record<string, unknown>> | undefined;

const namespace = "webhooks";
const name = "review";

/** An HTTPS server that the machines of a cluster reach. */
export interface WebhookServer {
    /** Host and port, for a machine. */
    readonly address: string;
    /** A webhook configuration that has every new object of a kind of the stack's namespace reviewed. */
    readonly configuration: (options: WebhookOptions) => KubernetesObject;
    readonly close: () => Promise<void>;
}

export interface WebhookOptions {
    readonly kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
    /** Such as `apps/statefulsets`. */
    readonly resource: string;
    readonly failurePolicy: "Fail" | "Ignore";
    readonly timeoutSeconds: number;
    /** Whether the configuration has the authority of the server's certificate, and not another one. */
    readonly isTrusted: boolean;
}

/** Serves a webhook in this process, as the software of an administrator does in a pod. */
export async function startWebhook(cluster: Cluster, review: Review): Promise<WebhookServer> {
    const host = `${name}.${namespace}.svc`;
    const [certificate, other] = [await serverCertificate(host), await serverCertificate(host)];
    const server = createServer(
        { cert: certificate.certificate, key: certificate.key },
        (request, response) => {
            void text(request).then((body) => {
                const { uid, object } = (JSON.parse(body || "{}") as AdmissionReview).request ?? {}; // the documented shape
                const answer = review(object);
                if (answer !== undefined) {
                    response.setHeader("content-type", "application/json");
                    response.end(
                        JSON.stringify({
                            apiVersion: "admission.k8s.io/v1",
                            kind: "AdmissionReview",
                            response: { uid, ...answer },
                        }),
                    );
                }
            });
        },
    );
    const machine = hostAddress(cluster);
    server.listen(0, machine);
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await nameServer(cluster, namespace, name, machine, port);
    return {
        address: `${machine}:${port}`,
        configuration: ({ kind, resource, failurePolicy, timeoutSeconds, isTrusted }) => {
            const { authority } = isTrusted ? certificate : other;
            const [group = "", resources = ""] = resource.split("/");
            return {
                apiVersion: "admissionregistration.k8s.io/v1",
                kind,
                metadata: { name: "review.example.com" },
                webhooks: [
                    {
                        name: "review.example.com",
                        clientConfig: {
                            service: { namespace, name, port },
                            caBundle: Buffer.from(authority).toString("base64"),
                        },
                        failurePolicy,
                        sideEffects: "None",
                        timeoutSeconds,
                        admissionReviewVersions: ["v1"],
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": prodNamespace } },
                        rules: [
                            {
                                apiGroups: [group],
                                apiVersions: ["*"],
                                operations: ["CREATE"],
                                resources: [resources],
                            },
                        ],
                    },
                ],
            };
        },
        close: async () => {
            server.closeAllConnections();
            server.close();
            await once(server, "close");
        },
    };
}

interface AdmissionReview {
    readonly request?: { readonly uid: string; readonly object: unknown };
}

/** The address of this machine in the network of a cluster. */
function hostAddress({ control }: Cluster): string {
    const network = control.address.split(".").slice(0, 2).join(".");
    const found = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .find(({ address }) => address.startsWith(`${network}.`));
    if (found === undefined) {
        throw new Error(`network ${network}.0.0/16: this machine has no address in it`);
    }
    return found.address;
}
