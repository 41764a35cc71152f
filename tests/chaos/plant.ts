import { removeLocally, runLocally } from "@spot-messaging/local";
import { connectContainerEngine, ensureBrokerImage, type Report } from "@spot-messaging/local/images";
import type { ManagementApi } from "@spot-messaging/management";
import type { Topology } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { type Access, brokerOf, parseAccess } from "../../src/cli/access.ts";
import { projectName } from "../../src/cli/project.ts";
import { readStackConfig } from "../../src/cli/stackFile.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import type { Environment } from "../../src/environment/environment.ts";
import { ensureServicesImage } from "../../src/images/servicesImage.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { freeStackPorts, portValues } from "../broker/support/stackPorts.ts";
import { addressOf } from "./container.ts";
import { type Database, startDatabase } from "./database.ts";
import { type ObjectStore, startObjectStore } from "./objectStore.ts";
import { mailPort, type Sink, sinkHost, startSink, webhookPort } from "./sink/sink.ts";

/** A whole stack with database, object store, mail server and webhook receiver, in containers of its own. */
export interface Plant {
    readonly stack: string;
    readonly environment: Environment;
    readonly topology: Topology;
    readonly access: Access;
    readonly api: ManagementApi;
    readonly docker: Docker;
    /** The network of everything but the broker's own connections. */
    readonly network: string;
    readonly database: Database;
    readonly store: ObjectStore;
    readonly sink: Sink;
    /** The containers of the stack by their names without the stack's prefix: `gateway-0`, `rabbitmq-2`. */
    readonly containers: ReadonlyMap<string, Docker.Container>;
    /** Addresses of the gateways that are connected now. */
    readonly gateways: () => Promise<readonly string[]>;
    readonly token: string | undefined;
    /** Of the first node, on this machine. */
    readonly amqpPort: number;
    readonly remove: () => Promise<void>;
}

export interface PlantOptions {
    /** The stack's name. What an earlier run of the same name left behind is removed first. */
    readonly name: string;
    readonly nodes: 1 | 3;
    readonly replicas: number;
    /** Of so many first notifications, one gets no answer. */
    readonly loseOneAnswerIn: number;
    /** Values of the stack's configuration that differ from the dev stack's. */
    readonly values: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly report: Report;
}

const runLabel = "spot-messaging.chaos";

/** @throws UserError, LocalRunError; everything that was started is then removed */
export async function startPlant(options: PlantOptions): Promise<Plant> {
    const { name, report } = options;
    const docker = await connectContainerEngine(report);
    const remove = (): Promise<void> => removePlant(docker, name);
    await remove();
    try {
        return await start(docker, options, remove);
    } catch (error) {
        await remove();
        throw error;
    }
}

async function start(docker: Docker, options: PlantOptions, remove: () => Promise<void>): Promise<Plant> {
    const { name, nodes, replicas, signal, report } = options;
    const labels = { [runLabel]: name };
    const network = `${projectName}-${name}-plant`;
    await docker.createNetwork({ Name: network, Labels: labels });
    const place = (suffix: string) => ({ name: `${network}-${suffix}`, network, labels });
    const [database, store] = await Promise.all([
        startDatabase(docker, place("postgres"), report),
        startObjectStore(docker, place("objects"), report),
    ]);
    const ports = await freeStackPorts();
    const raw = {
        ...(await readStackConfig("dev")),
        ...portValues(ports),
        nodes: String(nodes),
        analyzerReplicas: String(replicas),
        serviceReplicas: JSON.stringify(
            ["gateway", "analyzer-orchestrator", "result-processor", "notifier"].map(
                (service) => `${service}=${replicas}`,
            ),
        ),
        serviceNetworks: JSON.stringify([network]),
        database: "external",
        databaseUrl: database.url,
        objectStoreEndpoint: store.endpoint,
        objectStoreBucket: store.bucket,
        objectStoreAccessKey: store.accessKey,
        objectStoreSecretKey: store.secretKey,
        gatewayClients: JSON.stringify(["chaos"]),
        smtpServer: `${sinkHost}:${mailPort}`,
        smtpFrom: "spot@example.com",
        smtpTo: "team@example.com",
        webhookUrl: `http://${sinkHost}:${webhookPort}/notifications`,
        ...options.values,
    };
    const environment = parseEnvironment(name, raw);
    const { cluster } = environment;
    if (cluster.kind === "docker") {
        await ensureBrokerImage(docker, { image: cluster.image, version: environment.brokerVersion }, report);
    }
    const image = await ensureServicesImage(docker, report);
    const sink = await startSink(docker, { ...place("sink"), image }, options.loseOneAnswerIn);
    report(`Starting the stack "${name}"`);
    const { outputs } = await runLocally({
        project: projectName,
        stack: name,
        config: Object.fromEntries(
            Object.entries(raw).map(([key, value]) => [`${projectName}:${key}`, value]),
        ),
        program: () => import("../../src/index.ts"),
        docker,
        signal,
    });
    const access = parseAccess(outputs);
    const topology = buildTopology(environment);
    const lasting = ["rabbitmq", ...topology.services.map((each) => each.name)];
    const containers = await stackContainers(docker, name, lasting);
    const gateways = [...containers].filter(([suffix]) => suffix.startsWith("gateway-"));
    return {
        stack: name,
        environment,
        topology,
        access,
        api: brokerOf(access),
        docker,
        network,
        database,
        store,
        sink,
        containers,
        gateways: async () => {
            const found = await Promise.all(
                // A container that the engine is about to remove has no address.
                gateways.map(([, each]) => addressOf(each, network).catch(() => undefined)),
            );
            return found.flatMap((address) => (address === undefined ? [] : [`${address}:8080`]));
        },
        token: access.tokens?.["chaos"],
        amqpPort: ports.amqpPort,
        remove,
    };
}

/** The containers of nodes and replicas, and not those that do one task and end. */
async function stackContainers(
    docker: Docker,
    name: string,
    lasting: readonly string[],
): Promise<ReadonlyMap<string, Docker.Container>> {
    const prefix = `/${projectName}-${name}-`;
    const all = await docker.listContainers({ all: true });
    return new Map(
        all
            .flatMap(({ Id, Names, Labels }) =>
                Names.filter((each) => each.startsWith(prefix) && Labels[runLabel] === undefined).map(
                    (each): [string, Docker.Container] => [
                        each.slice(prefix.length),
                        docker.getContainer(Id),
                    ],
                ),
            )
            .filter(([suffix]) => lasting.includes(suffix.replace(/-\d+$/, "")))
            .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
}

/** Removes the stack and all other containers of the plant; can be repeated. */
async function removePlant(docker: Docker, name: string): Promise<void> {
    const filters = { label: [`${runLabel}=${name}`] };
    // First the containers next to the stack: they use its networks.
    for (const { Id } of await docker.listContainers({ all: true, filters })) {
        await docker.getContainer(Id).remove({ force: true, v: true });
    }
    await removeLocally(docker, projectName, name);
    for (const { Name } of (await docker.listVolumes({ filters })).Volumes) {
        await docker.getVolume(Name).remove();
    }
    for (const { Id } of await docker.listNetworks({ filters })) {
        await docker.getNetwork(Id).remove();
    }
}
