import { createHash } from "node:crypto";
import { posix } from "node:path";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { contractFile } from "./runtime/runtime.ts";
import type { SecretFile } from "./runtime/secretFile.ts";

/** The files of one service. */
export interface ServiceFiles {
    readonly service: string;
    readonly contract: string;
    readonly files: readonly SecretFile[];
}

export interface DockerFilesArgs {
    /** Prefix of the name of every container and volume. */
    readonly prefix: string;
    readonly image: pulumi.Input<string>;
    readonly services: readonly ServiceFiles[];
    /** A volume that gets the owner of its folder in the image. */
    readonly mounts: docker.types.input.ContainerVolume[];
}

/**
 * The files of the services in volumes, one for each service. Docker copies files into a container only if its root file system is
 * writable, and that of the services is not. So a container that never starts receives the files and puts them into the volumes.
 */
export class DockerFiles {
    /** The volume of each service. */
    readonly volumes: ReadonlyMap<string, pulumi.Output<string>>;
    /** Complete when this container exists. */
    readonly ready: docker.Container;

    constructor(
        name: string,
        { prefix, image, services, mounts }: DockerFilesArgs,
        opts: pulumi.CustomResourceOptions,
    ) {
        const volumes = services.map(
            (each) =>
                [
                    each,
                    // Changed content is another volume, so that the service is replaced and its predecessor keeps its files until then.
                    new docker.Volume(
                        `${name}-${each.service}`,
                        { name: `${prefix}-${each.service}-files-${hashOf(contentsOf(each))}` },
                        opts,
                    ),
                ] as const,
        );
        this.volumes = new Map(volumes.map(([{ service }, volume]) => [service, volume.name]));
        this.ready = new docker.Container(
            name,
            {
                name: `${prefix}-files-${hashOf(services.map((each) => [each.service, contentsOf(each)]))}`,
                image,
                start: false,
                mustRun: false,
                restart: "no",
                networkMode: "none",
                volumes: [
                    ...volumes.map(([{ service }, volume]) => ({
                        volumeName: volume.name,
                        containerPath: folderOf(service),
                    })),
                    ...mounts,
                ],
                uploads: services.flatMap(({ service, contract, files }) => [
                    {
                        file: posix.join(folderOf(service), posix.basename(contractFile)),
                        content: contract,
                        permissions: "0644",
                    },
                    ...files.map((each) => ({
                        file: posix.join(folderOf(service), each.name),
                        content: each.content,
                        permissions: "0644",
                    })),
                ]),
            },
            opts,
        );
    }
}

function folderOf(service: string): string {
    return `/files/${service}`;
}

/** Everything that is not secret. */
function contentsOf({ contract, files }: ServiceFiles): unknown {
    return [contract, files.map(({ name, shown }) => [name, shown])];
}

function hashOf(content: unknown): string {
    return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 10);
}
