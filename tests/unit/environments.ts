import type { BrokerVersion, Topology } from "@spot-messaging/topology";
import { readStackConfig } from "../../src/cli/stackFile.ts";
import type { RawConfig } from "../../src/config/configReader.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import type { Environment } from "../../src/environment/environment.ts";
import { buildTopology } from "../../src/topology/index.ts";

/** The secrets of a stack with an object store; a stack file has them encrypted. */
export const storeSecrets = {
    objectStoreAccessKey: "AKIAEXAMPLE",
    objectStoreSecretKey: "pa55word-of-object-store",
} as const;

/** The values of the committed stack files over the defaults of Pulumi.yaml. */
export const devConfig: RawConfig = await readStackConfig("dev");
export const prodConfig: RawConfig = { ...(await readStackConfig("prod")), ...storeSecrets };

/** Topology and users on a broker that is there already. */
export const externalConfig: RawConfig = {
    ...devConfig,
    cluster: "external",
    endpoint: "https://rabbitmq.example.com",
    username: "spot-admin",
    amqpHosts: '["rabbitmq.example.com"]',
    amqpPort: "5671",
    amqpTls: "true",
    deployServices: "false",
    protectQueues: "true",
};

/** A stack with everything on Kubernetes, as the engine hands it over. */
export const kubernetesConfig: RawConfig = {
    ...devConfig,
    cluster: "kubernetes",
    namespace: "spot-prod",
    brokerImage: `rabbitmq:4.3-management@sha256:${"fedcba9876543210".repeat(4)}`,
    nodes: "3",
    zones: '["eu-1a","eu-1b","eu-1c"]',
    storageClass: "fast",
    tlsIssuer: "ClusterIssuer/internal",
    managementNamespaces: '["keda"]',
    monitoringNamespace: "monitoring",
    monitoringLabels: '["release=prometheus"]',
    servicesImage: `registry.example.com/spot-services@sha256:${"0123456789abcdef".repeat(4)}`,
    serviceReplicas: '["analyzer.links=2-10","gateway=2"]',
    autoscaling: "true",
    database: "cluster",
    databaseStorageClass: "fast",
    objectStoreEndpoint: "https://s3.example.com",
    objectStoreBucket: "spot-mails",
    objectStorePeers: '["10.30.0.0/16"]',
    gatewayClients: '["mail-relay"]',
    ...storeSecrets,
    protectQueues: "true",
};

/** PostgreSQL that others run. */
export const externalDatabase: RawConfig = {
    database: "external",
    databaseUrl: "postgresql://owner:pa55word-of-owner@db.example.com/spot",
    databasePeers: '["10.20.0.0/16"]',
};

/** The environment of the dev stack; `overrides` tells what differs. */
export function devEnvironment(overrides: RawConfig = {}): Environment {
    return parseEnvironment("dev", { ...devConfig, ...overrides });
}

/** What the dev stack declares on a broker of one version. */
export function devTopology(brokerVersion: BrokerVersion, overrides: RawConfig = {}): Topology {
    return buildTopology(devEnvironment({ ...overrides, brokerVersion }));
}
