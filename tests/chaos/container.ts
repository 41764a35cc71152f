import type Docker from "dockerode";

/** A container that a run starts next to the stack. */
export interface ContainerSpec {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly network: string;
    /** Its name in the network. */
    readonly alias: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Names of volumes, by path. */
    readonly volumes?: Readonly<Record<string, string>>;
    /** Files to put into it before it starts. */
    readonly files?: NodeJS.ReadableStream;
}

/** Creates and starts a container, without published ports. */
export async function startContainer(docker: Docker, spec: ContainerSpec): Promise<Docker.Container> {
    const container = await docker.createContainer({
        name: spec.name,
        Image: spec.image,
        // Instead of the image's own entry point.
        Entrypoint: [...spec.command],
        Env: Object.entries(spec.environment ?? {}).map(([key, value]) => `${key}=${value}`),
        Labels: { ...spec.labels },
        StopSignal: "SIGINT",
        HostConfig: {
            NetworkMode: spec.network,
            Binds: Object.entries(spec.volumes ?? {}).map(([path, volume]) => `${volume}:${path}`),
            Init: true,
            RestartPolicy: { Name: "unless-stopped" },
        },
        NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: [spec.alias] } } },
    });
    if (spec.files !== undefined) {
        await container.putArchive(spec.files, { path: "/" });
    }
    await container.start();
    return container;
}

/** The address of a container in a network; `undefined` while it is stopped or disconnected. */
export async function addressOf(container: Docker.Container, network: string): Promise<string | undefined> {
    const { NetworkSettings } = await container.inspect();
    const address = NetworkSettings.Networks[network]?.IPAddress;
    return address === undefined || address === "" ? undefined : address;
}
