import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { connectContainerEngine, ensureBrokerImage, type Report } from "@spot-messaging/local/images";
import type { Topology } from "@spot-messaging/topology";
import type Docker from "dockerode";
import type { LocalEvent } from "../../../packages/local/src/event.ts";
import { officialImage } from "../../../src/config/brokerImage.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { ensureServicesImage } from "../../../src/images/servicesImage.ts";
import { databaseName } from "../../../src/services/kubernetes/databaseCluster.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { addressOf } from "../../chaos/container.ts";
import { type Database, startDatabase } from "../../chaos/database.ts";
import { type ObjectStore, startObjectStore } from "../../chaos/objectStore.ts";
import { mailPort, type Sink, startSink, webhookPort } from "../../chaos/sink/sink.ts";
import { prodConfig } from "../../unit/environments.ts";
import { type CertificateIssuer, issueCertificates } from "./certificateIssuer.ts";
import { type Cluster, startCluster, zoneOf } from "./cluster.ts";
import { openEntrance } from "./entrance.ts";
import { ensureFoundation, type Foundation } from "./foundation.ts";
import { kubectl } from "./kubectl.ts";
import { loadImage } from "./loadImage.ts";
import { clusterLabel } from "./machine.ts";
import { serverCertificate } from "./openssl.ts";
import type { OperatorName } from "./operators.ts";
import { nameServer } from "./outsideServer.ts";
import { forwardPort } from "./portForward.ts";
import { type Declared, ProdStack } from "./prodStack.ts";
import { type ChangedValues, changedValues, prodNamespace, prodValues } from "./prodValues.ts";
import { ready } from "./rollout.ts";
import { offerVolumes } from "./storage.ts";
import { Traffic } from "./traffic.ts";

/** The prod stack on a cluster, with everything around it. */
export interface Site {
    readonly cluster: Cluster;
    readonly operators: readonly OperatorName[];
    readonly stack: ProdStack;
    /** The values of the first run; experiments change some. */
    readonly values: RawConfig;
    readonly topology: Topology;
    readonly declared: Declared;
    readonly database: Database;
    /** Runs one statement as the superuser of the database that the stack uses, and returns what it prints, a row a line. */
    readonly query: (statement: string) => Promise<string>;
    readonly store: ObjectStore;
    readonly sink: Sink;
    /** Where e-mails are submitted: an address on each node. */
    readonly entrances: readonly string[];
    readonly traffic: Traffic;
    readonly issuer: CertificateIssuer | undefined;
    /** Seconds of each step of the start. */
    readonly times: Readonly<Record<string, number>>;
    readonly stop: () => Promise<void>;
}

const mailRelay = "mail-relay";

export interface SiteOptions {
    readonly nodes: number;
    readonly operators: readonly OperatorName[];
    readonly seed: number;
    /** Other values than those of every site; `undefined` removes one. */
    readonly values?: ChangedValues;
    /** Whether a stand-in for cert-manager signs the broker's certificate, instead of the stack. @default false */
    readonly hasIssuer?: boolean;
    readonly report: Report;
    readonly onEvent?: (event: LocalEvent) => void;
}

/** Starts a cluster, what the stack needs, and the stack. Everything is removed when a step fails. */
export async function startSite(options: SiteOptions): Promise<Site> {
    const { report } = options;
    const times: Record<string, number> = {};
    const timed = async <Result>(step: string, work: () => Promise<Result>): Promise<Result> => {
        report(`${step} …`);
        const begun = performance.now();
        const result = await work();
        times[step] = Math.round((performance.now() - begun) / 100) / 10;
        return result;
    };
    const docker = await connectContainerEngine(report);
    const environment = parseEnvironment("prod", prodConfig);
    const foundation = await timed("programs", () => ensureFoundation(docker, options.operators, report));
    const [brokerImage, servicesImage] = await timed("images", async () => {
        const image = officialImage(environment.brokerVersion);
        await ensureBrokerImage(docker, { image, version: environment.brokerVersion }, report);
        return [image, await ensureServicesImage(docker, report)];
    });
    const cluster = await timed("nodes", () => startCluster({ ...foundation, nodes: options.nodes, report }));
    try {
        const loaded = await timed("images on nodes", async () => {
            for (const image of foundation.images) {
                await loadImage(cluster, image);
            }
            return {
                broker: await loadImage(cluster, brokerImage),
                services: await loadImage(cluster, servicesImage),
            };
        });
        await timed("operators", async () => {
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
        const [database, store, sink] = await timed("database and object store", () =>
            Promise.all([
                startDatabase(docker, place("postgres"), report),
                startObjectStore(docker, place("objects"), report, { ...certificate, host }),
                startSink(docker, { ...place("sink"), image: servicesImage }, 0),
            ]),
        );
        const entrances = await openEntrance(cluster, {
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
            // `fetch` has no other way to trust an authority in this process.
            setDefaultCACertificates([...getCACertificates("default"), issuer.authority]);
        }
        const values = changedValues(usual, {
            ...(issuer !== undefined && { tlsIssuer: "ClusterIssuer/internal" }),
            ...options.values,
        });
        const stack = new ProdStack(cluster, options.onEvent ?? (() => undefined));
        const declared = await timed("the stack", () => stack.up(values));
        return {
            cluster,
            operators: options.operators,
            stack,
            values,
            topology: buildTopology(parseEnvironment("prod", values)),
            declared,
            database,
            query:
                values["database"] === "cluster"
                    ? async (statement) => await queryPrimary(cluster, statement)
                    : database.query,
            store,
            sink,
            entrances,
            traffic: await Traffic.create({
                entrances,
                token: declared.access.tokens?.[mailRelay] ?? "",
                deliveries: sink.deliveries,
                seed: options.seed,
            }),
            issuer,
            times,
            stop: async () => {
                await issuer?.stop();
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

/** Asks the instance of the stack's own database that accepts writes. */
async function queryPrimary(cluster: Cluster, statement: string): Promise<string> {
    const labels = `cnpg.io/cluster=${databaseName},cnpg.io/instanceRole=primary`;
    const pod = await kubectl(cluster, [
        ...["get", "pods", "-n", prodNamespace, "-l", labels, "-o", "jsonpath={.items[0].metadata.name}"],
    ]);
    return await kubectl(cluster, [
        ...["exec", "-n", prodNamespace, pod, "-c", "postgres", "--"],
        ...["psql", "-qAt", "-d", "spot", "-c", statement],
    ]);
}
