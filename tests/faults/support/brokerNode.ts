import { setTimeout as sleep } from "node:timers/promises";
import { packFiles } from "@spot-messaging/local/images";
import { type ManagementApi, managementApi } from "@spot-messaging/management";
import type Docker from "dockerode";
import {
    type BrokerFile,
    brokerFiles,
    launcherFile,
    type NodeSettings,
} from "../../../packages/pulumi/src/docker/brokerFiles.ts";
import { runInContainer } from "../../../src/cli/runInContainer.ts";
import { unless } from "./removal.ts";

/** One node of a cluster, in a container of its own. */
export interface BrokerNode {
    /** `rabbit@HOST` */
    readonly name: string;
    readonly host: string;
    readonly container: Docker.Container;
    /** On this machine. */
    readonly amqpPort: number;
    readonly api: ManagementApi;
    /** Whether its container runs and is not paused. */
    readonly isRunning: () => Promise<boolean>;
    /** Ends the process without warning, as a lost machine does. */
    readonly kill: () => Promise<void>;
    /** Asks the broker to stop, and waits for it. */
    readonly stop: () => Promise<void>;
    /** Starts the container or continues a paused one; can be repeated. */
    readonly start: () => Promise<void>;
    readonly pause: () => Promise<void>;
    /** Deletes the stopped node's data. */
    readonly wipe: () => Promise<void>;
    /**
     * Starts another image with the data of this stopped node, and waits until it ends.
     * @returns `exitCode` 0 if it still runs after the time
     */
    readonly tryImage: (
        image: string,
        withinMs: number,
    ) => Promise<{ readonly exitCode: number; readonly log: string }>;
    /** Runs `rabbitmqctl`. @throws with its output if it fails */
    readonly ctl: (...args: readonly string[]) => Promise<string>;
}

/** How a node is made. */
export interface NodeSpec {
    readonly settings: NodeSettings;
    readonly image: string;
    readonly network: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly amqpPort: number;
    readonly managementPort: number;
}

const dataFolder = "/var/lib/rabbitmq";

/**
 * What differs from the nodes of a stack in Docker, so that no experiment waits for minutes. Nodes tell each other every 3 s that they live,
 * instead of every 15 s: a partition is noticed after 9 to 15 s instead of after a minute. Dead letters that a full queue refused are
 * offered again after 10 s, instead of after 3 minutes.
 */
const shortTimes: BrokerFile = {
    file: "/etc/rabbitmq/advanced.config",
    content:
        "[{kernel,[{net_ticktime,12}]},{rabbit,[{dead_letter_worker_publisher_confirm_timeout,10000}]}].\n",
    permissions: "0644",
};

/** Creates a node with an empty volume, without starting it. */
export async function createNode(docker: Docker, spec: NodeSpec): Promise<BrokerNode> {
    const { settings, amqpPort, managementPort, labels } = spec;
    const { host } = settings;
    const volume = `${host}-data`;
    await docker.createVolume({ Name: volume, Labels: { ...labels } });
    const container = await createContainer(docker, spec, volume);
    const isRunning = async (): Promise<boolean> => {
        const { State } = await container.inspect();
        return State.Running && !State.Paused;
    };
    return {
        name: `rabbit@${host}`,
        host,
        container,
        amqpPort,
        api: managementApi({
            endpoint: `http://127.0.0.1:${managementPort}`,
            username: settings.adminUser,
            password: settings.adminPassword,
            timeoutMs: 20_000,
        }),
        isRunning,
        kill: () => unless(409, () => container.kill({ signal: "SIGKILL" })),
        stop: () => unless(304, () => container.stop({ t: 60 })),
        start: async () => {
            const { State } = await container.inspect();
            if (State.Paused) {
                await container.unpause();
            }
            await unless(304, () => container.start());
        },
        pause: () => unless(409, () => container.pause()),
        wipe: async () => {
            // The volume belongs to the container as long as it exists; a helper of the same image empties it.
            const helper = await docker.createContainer({
                Image: spec.image,
                Entrypoint: ["/bin/sh", "-c", `rm -rf ${dataFolder}/* ${dataFolder}/.[!.]*`],
                User: "root",
                Labels: { ...labels },
                HostConfig: { Binds: [`${volume}:${dataFolder}`], NetworkMode: "none" },
            });
            await helper.start();
            await helper.wait();
            await helper.remove();
        },
        tryImage: async (image, withinMs) => {
            const trial = await createContainer(docker, { ...spec, image }, volume, `${host}-trial`);
            try {
                await trial.start();
                const exitCode = await Promise.race([
                    trial.wait().then(({ StatusCode }: { readonly StatusCode: number }) => StatusCode),
                    sleep(withinMs, 0),
                ]);
                const log = await trial.logs({ stdout: true, stderr: true });
                return { exitCode, log: log.toString("utf8") };
            } finally {
                await trial.remove({ force: true });
            }
        },
        ctl: async (...args) => {
            const { exitCode, stdout, stderr } = await runInContainer(
                container,
                ["rabbitmqctl", "--quiet", ...args],
                "rabbitmq",
            );
            if (exitCode !== 0) {
                throw new Error(`${host}: rabbitmqctl ${args.join(" ")}: ${stdout}${stderr}`);
            }
            return stdout;
        },
    };
}

async function createContainer(
    docker: Docker,
    { settings, image, network, labels, amqpPort, managementPort }: NodeSpec,
    volume: string,
    name = settings.host,
): Promise<Docker.Container> {
    const published = (port: number) => [{ HostIp: "127.0.0.1", HostPort: String(port) }];
    const container = await docker.createContainer({
        name,
        Hostname: settings.host,
        Image: image,
        User: "root",
        Env: ["HOME=/var/lib/rabbitmq"],
        Entrypoint: ["/bin/sh", launcherFile],
        Labels: { ...labels },
        ExposedPorts: { "5672/tcp": {}, "15672/tcp": {} },
        HostConfig: {
            NetworkMode: network,
            Binds: [`${volume}:${dataFolder}`],
            PortBindings: { "5672/tcp": published(amqpPort), "15672/tcp": published(managementPort) },
        },
    });
    const files = [...brokerFiles(settings), shortTimes];
    await container.putArchive(
        packFiles(files.map(({ file, content }) => ({ path: file.slice(1), content: Buffer.from(content) }))),
        { path: "/" },
    );
    return container;
}
