import { connectContainerEngine, ensureBrokerImage, type Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { officialImage } from "../../../src/config/brokerImage.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { ensureServicesImage } from "../../../src/images/servicesImage.ts";
import { addressOf } from "../../chaos/container.ts";
import { type Database, startDatabase } from "../../chaos/database.ts";
import { type ObjectStore, startObjectStore } from "../../chaos/objectStore.ts";
import { mailPort, type Sink, startSink, webhookPort } from "../../chaos/sink/sink.ts";
import { prodConfig } from "../../unit/environments.ts";
import { type CertificateIssuer, issueCertificates } from "./certificateIssuer.ts";
import { type Cluster, startCluster, zoneOf } from "./cluster.ts";
import { openEntrance } from "./entrance.ts";
import { ensureFoundation, type Foundation } from "./foundation.ts";
import { loadImage } from "./loadImage.ts";
import { clusterLabel } from "./machine.ts";
import { serverCertificate } from "./openssl.ts";
import type { OperatorName } from "./operators.ts";
import { nameServer } from "./outsideServer.ts";
import { forwardPort } from "./portForward.ts";
import { type ChangedValues, changedValues, prodNamespace, prodValues } from "./prodValues.ts";
import { ready } from "./rollout.ts";
import { offerVolumes } from "./storage.ts";
import { trustAuthority } from "./trust.ts";

/** A cluster with everything that the prod stack needs, without the stack. */
export interface Ground {
    readonly cluster: Cluster;
    readonly operators: readonly OperatorName[];
    /** The values of the stack's configuration. */
    readonly values: RawConfig;
    readonly database: Database;
    readonly store: ObjectStore;
    readonly sink: Sink;
    /** Where e-mails are submitted: an address on each node. */
    readonly entrances: readonly string[];
    readonly issuer: CertificateIssuer | undefined;
    /** Seconds of each step of the start. */
    readonly times: Record<string, number>;
    readonly stop: () => Promise<void>;
}

export interface GroundOptions {
    readonly nodes: number;
    readonly operators: readonly OperatorName[];
    /** Other values than those of every site; `undefined` removes one. */
    readonly values?: ChangedValues;
    /** Whether an issuer signs the broker's certificate, instead of the stack. @default false */
    readonly hasIssuer?: boolean;
    readonly report: Report;
}

/** Measures how long a step takes. */
export async function timed<Result>(
    { report, times }: { readonly report: Report; readonly times: Record<string, number> },
    step: string,
    work: () => Promise<Result>,
): Promise<Result> {
    report(`${step} …`);
    const begun = performance.now();
    const result = await work();
    times[step] = Math.round((performance.now() - begun) / 100) / 10;
    return result;
}

/** Starts a cluster and everything that the stack needs. It is removed when a step fails. */
export async function startGround(options: GroundOptions): Promise<Ground> {
    const { report } = options;
    const clock = { report, times: {} };
    const docker = await connectContainerEngine(report);
    const environment = parseEnvironment("prod", prodConfig);
    const foundation = await timed(clock, "programs", () =>
        ensureFoundation(docker, options.operators, report),
    );
    const [brokerImage, servicesImage] = await timed(clock, "images", async () => {
        const image = officialImage(environment.brokerVersion);
        await ensureBrokerImage(docker, { image, version: environment.brokerVersion }, report);
        return [image, await ensureServicesImage(docker, report)];
    });
    const cluster = await timed(clock, "nodes", () =>
        startCluster({ ...foundation, nodes: options.nodes, report }),
    );
    try {
        const loaded = await timed(clock, "images on nodes", async () => {
            for (const image of foundation.images) {
                await loadImage(cluster, image);
            }
            return {
                broker: await loadImage(cluster, brokerImage),
                services: await loadImage(cluster, servicesImage),
            };
        });
        await timed(clock, "operators", async () => {
            await offerVolumes(cluster);
            await applyParts(cluster, foundation.parts);
        });
        const place = (name: string) => ({
            name: `${cluster.name}-${name}`,
            network: cluster.name,
            labels: { [clusterLabel]: cluster.name },
        });
        const host = "objects.storage.svc";
        const certificate = await serverCertificate(host);
        const [database, store, sink] = await timed(clock, "database and object store", () =>
            Promise.all([
                startDatabase(docker, place("postgres"), report),
                startObjectStore(docker, place("objects"), report, { ...certificate, host }),
                startSink(docker, { ...place("sink"), image: servicesImage }, 0),
            ]),
        );
        const entrance = await openEntrance(cluster, {
            image: loaded.services.name,
            host: `gateway.${prodNamespace}.svc`,
            port: 80,
        });
        const management = await forwardPort(cluster, {
            namespace: prodNamespace,
            selector: "app.kubernetes.io/name=rabbitmq",
            port: 15_671,
        });
        const addressIn = async (container: Docker.Container): Promise<string> =>
            (await addressOf(container, cluster.name)) ?? "";
        const databaseAddress = await addressIn(database.container);
        const storeAddress = await addressIn(store.container);
        await nameServer(cluster, "storage", "objects", storeAddress, 9_000);
        const usual = prodValues({
            brokerImage: loaded.broker.byDigest,
            servicesImage: loaded.services.byDigest,
            zones: cluster.nodes.map((_, index) => zoneOf(index)),
            managementPort: management.port,
            database: {
                url: database.url.replace("@postgres:", `@${databaseAddress}:`),
                peer: `${databaseAddress}/32`,
            },
            store: {
                endpoint: store.endpoint,
                authority: certificate.authority,
                peer: `${storeAddress}/32:9000`,
                bucket: store.bucket,
                accessKey: store.accessKey,
                secretKey: store.secretKey,
            },
            sink: { host: await addressIn(sink.container), mailPort, webhookPort },
        });
        const issuer = options.hasIssuer === true ? await issueCertificates(cluster, report) : undefined;
        if (issuer !== undefined) {
            trustAuthority(issuer.authority);
        }
        const values = changedValues(usual, {
            ...(issuer !== undefined && { tlsIssuer: "ClusterIssuer/internal" }),
            ...options.values,
        });
        return {
            cluster,
            operators: options.operators,
            values,
            database,
            store,
            sink,
            entrances: entrance.addresses,
            issuer,
            times: clock.times,
            stop: async () => {
                await issuer?.stop();
                await entrance.stop();
                await management.close();
                await cluster.stop();
            },
        };
    } catch (error) {
        await cluster.stop();
        throw error;
    }
}

async function applyParts({ client }: Cluster, parts: Foundation["parts"]): Promise<void> {
    for (const objects of parts) {
        for (const object of objects) {
            await client.apply(object);
        }
        for (const object of objects) {
            await ready(client, object, { milliseconds: 180_000 });
        }
    }
}
