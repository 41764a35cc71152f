import type { RawConfig } from "../../../src/config/configReader.ts";
import { prodConfig } from "../../unit/environments.ts";
import { ingressClass, ingressNamespace } from "./entrance.ts";
import { storageClass } from "./storage.ts";

/** The namespace of the stack. */
export const prodNamespace = "spot-prod";

/** Values by key; `undefined` removes one. */
export type ChangedValues = Readonly<Record<string, string | undefined>>;

/** What a test's cluster has for the stack. */
export interface Surroundings {
    readonly brokerImage: string;
    readonly servicesImage: string;
    readonly zones: readonly string[];
    readonly managementPort: number;
    readonly database: { readonly url: string; readonly peer: string };
    readonly store: {
        readonly endpoint: string;
        readonly peer: string;
        /** The certificate that signed the store's, as PEM. */
        readonly authority: string;
        readonly bucket: string;
        readonly accessKey: string;
        readonly secretKey: string;
    };
    readonly sink: { readonly host: string; readonly mailPort: number; readonly webhookPort: number };
}

/** The same number of replicas for each service, as the configuration writes it. */
export function replicasOf(number: number): readonly string[] {
    return [
        ...["gateway", "analyzer-orchestrator", "result-processor", "notifier"],
        ...["analyzer.headers", "analyzer.content", "analyzer.links", "analyzer.attachments"],
    ].map((name) => `${name}=${number}`);
}

/** The values of Pulumi.prod.yaml with what this cluster has, small sizes, and no other shape. */
export function prodValues(surroundings: Surroundings): RawConfig {
    const { zones, managementPort, database, store, sink } = surroundings;
    return {
        ...prodConfig,
        namespace: prodNamespace,
        brokerImage: surroundings.brokerImage,
        servicesImage: surroundings.servicesImage,
        zones: JSON.stringify(zones),
        brokerCpus: "1",
        brokerMemory: "4 GiB",
        storageClass,
        storageSize: "10 GiB",
        diskFreeLimit: "3 GiB",
        tlsIssuer: "own",
        managementUrl: `https://localhost:${managementPort}`,
        managementNamespaces: JSON.stringify(["deployment", "keda"]),
        serviceReplicas: JSON.stringify(replicasOf(2)),
        autoscaling: "false",
        monitoringNamespace: "",
        monitoringLabels: "[]",
        database: "external",
        databaseUrl: database.url,
        databasePeers: JSON.stringify([database.peer]),
        databaseConnections: "190",
        objectStoreEndpoint: store.endpoint,
        objectStoreBucket: store.bucket,
        objectStoreAccessKey: store.accessKey,
        objectStoreSecretKey: store.secretKey,
        objectStoreAuthority: store.authority,
        objectStorePeers: JSON.stringify([store.peer]),
        gatewayClients: JSON.stringify(["mail-relay"]),
        smtpServer: `${sink.host}:${sink.mailPort}`,
        smtpFrom: "spot@example.com",
        smtpTo: "team@example.com",
        webhookUrl: `http://${sink.host}:${sink.webhookPort}/notifications`,
        notificationPeers: JSON.stringify([
            `${sink.host}/32:${sink.mailPort}`,
            `${sink.host}/32:${sink.webhookPort}`,
        ]),
        gatewayHost: "spot.example.com",
        ingressClass,
        ingressNamespace,
        ingressTlsSecret: "spot-example-com-tls",
    };
}

export function changedValues(values: RawConfig, changes: ChangedValues): RawConfig {
    return Object.fromEntries(
        Object.entries({ ...values, ...changes }).flatMap(([key, value]) =>
            value === undefined ? [] : [[key, value]],
        ),
    );
}
