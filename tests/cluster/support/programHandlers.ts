import { readFileSync } from "node:fs";
import { z } from "zod";
import { type LocalHandler, localHandler } from "../../../packages/local/src/handler.ts";
import { localHandlers } from "../../../packages/local/src/handlers/index.ts";
import { user } from "../../../packages/local/src/handlers/user.ts";
import type { ApiClient } from "../../kube/support/apiClient.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { authorityCertificate, certificateRequest, newKey, signedCertificate } from "./openssl.ts";
import { ready, removed } from "./rollout.ts";
import { trustAuthority } from "./trust.ts";

/** What must survive from one run of the program to the next one, as the engine's state does: passwords and keys by resource. */
export type Memory = Map<MemoryKey, Readonly<Record<string, unknown>>>;

/** The type of a resource, its name and its inputs. */
type MemoryKey = `${string} ${string}`;

const kubernetesTypes = [
    ...["core/v1:NamespacePatch", "core/v1:Secret", "core/v1:ConfigMap", "core/v1:Service"],
    ...["core/v1:ServiceAccount", "core/v1:PersistentVolumeClaim", "apps/v1:Deployment", "batch/v1:Job"],
    ...[
        "networking.k8s.io/v1:NetworkPolicy",
        "networking.k8s.io/v1:Ingress",
        "policy/v1:PodDisruptionBudget",
    ],
    ...[
        "rabbitmq.com/v1beta1:RabbitmqCluster",
        "postgresql.cnpg.io/v1:Cluster",
        "cert-manager.io/v1:Certificate",
    ],
    ...["keda.sh/v1alpha1:ScaledObject", "keda.sh/v1alpha1:TriggerAuthentication"],
    ...["monitoring.coreos.com/v1:PodMonitor", "monitoring.coreos.com/v1:PrometheusRule"],
    ...["monitoring.coreos.com/v1:ServiceMonitor"],
];

/** Something that a run of the program declared, and how to delete it once a later run does not. */
export interface Declaration {
    readonly key: string;
    readonly object?: KubernetesObject;
    readonly remove: () => Promise<void>;
}

/** A new cluster pulls images, makes volumes and starts nodes one by one. */
const readyMilliseconds = 900_000;

/**
 * Creates what the program registers, on a real cluster and its broker: what a local run does in Docker.
 * @param onDeclared gets each Kubernetes object and each user of the broker
 */
export function programHandlers(
    client: ApiClient,
    memory: Memory,
    onDeclared: (declaration: Declaration) => void,
): readonly LocalHandler[] {
    const own = [provider, removableUser(onDeclared), ...tlsHandlers];
    const replaced = new Set(own.map(({ type }) => type));
    return [
        ...[...localHandlers.filter(({ type }) => !replaced.has(type)), ...own].map((handler) =>
            /^(random|tls):/.test(handler.type) ? remembered(handler, memory) : handler,
        ),
        ...kubernetesTypes.map((type) => kubernetesHandler(`kubernetes:${type}`, client, onDeclared)),
    ];
}

function kubernetesHandler(
    type: string,
    client: ApiClient,
    onDeclared: (declaration: Declaration) => void,
): LocalHandler {
    return {
        type,
        noun: type.replace(/^.*:/, "").replace(/Patch$/, ""),
        create: async ({ inputs, waiting }, { signal }) => {
            const object = inputs as unknown as KubernetesObject; // what a Kubernetes resource's inputs are
            await client.apply(object);
            const { name, namespace } = object.metadata;
            const id = namespace === undefined ? name : `${namespace}/${name}`;
            onDeclared({
                key: `${object.kind} ${id}`,
                object,
                remove: async () => {
                    await removed(client, object);
                },
            });
            await ready(client, object, { milliseconds: readyMilliseconds, signal, onWaiting: waiting });
            return { id };
        },
    };
}

/** Users of earlier credentials are the only part of the topology that experiments remove. */
function removableUser(onDeclared: (declaration: Declaration) => void): LocalHandler {
    return {
        ...user,
        create: async (registration, context) => {
            const created = await user.create(registration, context);
            const api = await context.brokers.api(registration, context);
            const { id } = created;
            onDeclared({
                key: `user ${id}`,
                remove: async () => {
                    await api.deleteUser(id);
                },
            });
            return created;
        },
    };
}

/** The same resource has the same value in every run, as long as its inputs are the same. */
function remembered(handler: LocalHandler, memory: Memory): LocalHandler {
    return {
        ...handler,
        create: async (registration, context) => {
            const { type, name, inputs } = registration;
            const key: MemoryKey = `${type} ${JSON.stringify([name, inputs])}`;
            const state = memory.get(key);
            if (state !== undefined) {
                return { id: name, state, secrets: secretsOf(type) };
            }
            const created = await handler.create(registration, context);
            memory.set(key, created.state ?? {});
            return created;
        },
    };
}

function secretsOf(type: string): readonly string[] {
    return type === "random:index/randomPassword:RandomPassword"
        ? ["result"]
        : type === privateKeyType
          ? ["privateKeyPem"]
          : [];
}

const provider = localHandler({
    type: "pulumi:providers:rabbitmq",
    noun: "rabbitmq provider",
    inputs: z.strictObject({
        endpoint: z.string(),
        username: z.string(),
        password: z.string(),
        cacertFile: z.string().optional(),
    }),
    create: ({ cacertFile, ...access }, { name }, { brokers }) => {
        if (cacertFile !== undefined) {
            trustAuthority(readFileSync(cacertFile, "utf8"));
        }
        brokers.add(name, access);
        return { id: name };
    },
});

/** The type of a server's certificate. */
export const certificateType = "tls:index/locallySignedCert:LocallySignedCert";
const privateKeyType = "tls:index/privateKey:PrivateKey";
const subject = z.object({ commonName: z.string() });

const tlsHandlers: readonly LocalHandler[] = [
    localHandler({
        type: privateKeyType,
        noun: "private key",
        inputs: z.strictObject({ algorithm: z.literal("ECDSA"), ecdsaCurve: z.literal("P256") }),
        create: async () => ({
            id: "key",
            state: { privateKeyPem: await newKey() },
            secrets: ["privateKeyPem"],
        }),
    }),
    localHandler({
        type: "tls:index/selfSignedCert:SelfSignedCert",
        noun: "authority",
        inputs: z.object({
            privateKeyPem: z.string(),
            subject,
            isCaCertificate: z.literal(true),
            validityPeriodHours: z.number(),
        }),
        create: async ({ privateKeyPem: key, subject: { commonName }, validityPeriodHours: hours }) => ({
            id: "authority",
            state: { certPem: await authorityCertificate({ key, commonName, hours }) },
        }),
    }),
    localHandler({
        type: "tls:index/certRequest:CertRequest",
        noun: "certificate request",
        inputs: z.strictObject({
            privateKeyPem: z.string(),
            subject,
            dnsNames: z.array(z.string()),
            ipAddresses: z.array(z.string()),
        }),
        create: async ({ privateKeyPem, subject: { commonName }, dnsNames, ipAddresses }) => ({
            id: "request",
            state: {
                certRequestPem: await certificateRequest(privateKeyPem, commonName, [
                    ...dnsNames.map((name) => `DNS:${name}`),
                    ...ipAddresses.map((address) => `IP:${address}`),
                ]),
            },
        }),
    }),
    localHandler({
        type: certificateType,
        noun: "certificate",
        inputs: z.object({
            certRequestPem: z.string(),
            caPrivateKeyPem: z.string(),
            caCertPem: z.string(),
            validityPeriodHours: z.number(),
        }),
        create: async ({ certRequestPem, caPrivateKeyPem, caCertPem, validityPeriodHours: hours }) => ({
            id: "certificate",
            state: {
                certPem: await signedCertificate({
                    authority: { key: caPrivateKeyPem, certificate: caCertPem },
                    request: certRequestPem,
                    hours,
                }),
            },
        }),
    }),
];
