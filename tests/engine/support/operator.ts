import { ensureBrokerImage } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { z } from "zod";
import type { ApiClient } from "../../kube/support/apiClient.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { startBroker } from "./brokerContainer.ts";
import type { ManagedBroker } from "./brokerContent.ts";
import { type Controller, isSettled } from "./controllers.ts";

const clusterShape = z.object({
    spec: z.object({
        image: z.string(),
        rabbitmq: z.object({ additionalConfig: z.string() }),
        secretBackend: z.object({ externalSecret: z.object({ name: z.string() }) }),
        tls: z.object({ secretName: z.string() }),
    }),
});
const secretData = z.object({ data: z.record(z.string(), z.base64()) });

/** The operator's own name for it. */
const finalizer = "deletion.finalizers.rabbitmqclusters.rabbitmq.com";

export interface OperatorSettings {
    readonly client: ApiClient;
    readonly docker: Docker;
    readonly containerName: string;
    readonly managementPort: number;
    /** Asked when a cluster is to go, while its node still runs. */
    readonly beforeRemoval: (broker: ManagedBroker) => Promise<void>;
}

export interface Operator extends Controller {
    /** Since when all replicas are ready, in milliseconds since 1970. */
    readonly readySince: () => number;
    /** How to ask the broker as the administrator that it was given. */
    readonly broker: () => ManagedBroker;
    readonly stop: () => Promise<void>;
}

/**
 * Replaces the RabbitMQ Cluster Operator: one real node in Docker instead of three pods, configured by the `RabbitmqCluster` and its
 * Secrets. Proves that a broker accepts configuration, user and certificate, and when it is ready. Not proved: volumes, topology spread,
 * or a cluster of several nodes.
 */
export function operator(settings: OperatorSettings): Operator {
    const { client, docker, containerName, managementPort, beforeRemoval } = settings;
    let remove: (() => Promise<void>) | undefined;
    let broker: ManagedBroker | undefined;
    let readySince = 0;

    async function secret(name: string, { metadata }: KubernetesObject): Promise<(key: string) => string> {
        const found = await client.read({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) },
        });
        const { data } = secretData.parse(found);
        return (key) => Buffer.from(data[key] ?? "", "base64").toString();
    }

    async function start(cluster: KubernetesObject): Promise<void> {
        const { spec } = clusterShape.parse(cluster);
        // No image has the digest of the example.
        const [image = ""] = spec.image.split("@");
        await ensureBrokerImage(docker, { image, version: "4.3" }, () => undefined);
        const user = await secret(spec.secretBackend.externalSecret.name, cluster);
        const tls = await secret(spec.tls.secretName, cluster);
        const authority = tls("ca.crt");
        const administrator = { username: user("username"), password: user("password") };
        remove = await startBroker(docker, {
            name: containerName,
            image,
            additionalConfig: spec.rabbitmq.additionalConfig,
            user: { ...administrator, conf: user("default_user.conf") },
            tls: { certificate: tls("tls.crt"), key: tls("tls.key"), authority },
            managementPort,
        });
        broker = { managementEndpoint: `https://localhost:${managementPort}`, administrator, authority };
        readySince = Date.now();
    }

    async function stop(): Promise<void> {
        await remove?.();
        remove = undefined;
    }

    return {
        apiVersion: "rabbitmq.com/v1beta1",
        kind: "RabbitmqCluster",
        readySince: () => readySince,
        broker: () => {
            if (broker === undefined) {
                throw new Error("no cluster has been created yet");
            }
            return broker;
        },
        stop,
        act: async (cluster) => {
            if (cluster.metadata["deletionTimestamp"] !== undefined) {
                if (remove !== undefined && broker !== undefined) {
                    await beforeRemoval(broker);
                    await stop();
                }
                await client.patchMetadata(cluster, { finalizers: null });
                return;
            }
            if (isSettled(cluster)) {
                return;
            }
            if (remove === undefined) {
                await client.patchMetadata(cluster, { finalizers: [finalizer] });
                await start(cluster);
            }
            const now = new Date().toISOString();
            await client.setStatus(cluster, {
                observedGeneration: cluster.metadata["generation"],
                conditions: [{ type: "AllReplicasReady", status: "True", lastTransitionTime: now }],
            });
        },
    };
}
