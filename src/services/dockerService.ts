import { posix } from "node:path";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { ConsumerService, type ConsumerServiceArgs } from "./consumerService.ts";
import {
    contractFile,
    dataFolder,
    healthCommand,
    healthFile,
    mailFolder,
    memoryMebibytes,
    secretFolder,
    serviceEnvironment,
} from "./runtime/runtime.ts";
import { stopGraceSeconds } from "./runtime/stopGrace.ts";

export interface DockerServiceArgs extends ConsumerServiceArgs {
    /** Prefix of the name of every container and volume. */
    readonly prefix: string;
    readonly replicas: number;
    /** The network of the broker. */
    readonly network: pulumi.Input<string>;
    /** The network of the published port, and existing networks that the service joins too. */
    readonly networks: readonly pulumi.Input<string>[];
    /** Whether names outside the networks are resolved. */
    readonly resolvesNames: boolean;
    /** The volume with the contract and the secret files. */
    readonly filesVolume: pulumi.Input<string>;
    /** The environment variables of this service. */
    readonly environment: Readonly<Record<string, string>>;
    /** The volume of the e-mails, if the service handles them and no object store keeps them. */
    readonly mail?: { readonly volume: pulumi.Input<string>; readonly readOnly: boolean };
    /** The loopback port of the service's HTTP interface, if it has one. */
    readonly publishedPort?: number;
}

/**
 * Processes and threads of all services together, because Docker's provider has only the limit of a user, and all services have one. It
 * stops a program that starts processes without end.
 */
const mostProcesses = 2_048;

/** A service in containers on this machine, one container for each replica. */
export class DockerService extends ConsumerService {
    readonly containers: readonly docker.Container[];

    constructor(name: string, args: DockerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const data = new docker.Volume(
            `${name}-data`,
            { name: `${args.prefix}-${args.service.name}-data` },
            { parent: this },
        );
        const replicas = Array.from({ length: args.replicas }, (_, index) => index);
        this.containers = replicas.map((index) =>
            this.replica(`${name}-${index}`, args, index, data.name, opts?.dependsOn),
        );
        this.registerOutputs({});
    }

    private replica(
        name: string,
        args: DockerServiceArgs,
        index: number,
        dataVolume: pulumi.Input<string>,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
    ): docker.Container {
        const { service, workload, prefix, mail } = args;
        const environment = { ...serviceEnvironment, ...args.environment };
        const published = index === 0 && workload.httpPort !== undefined && args.publishedPort !== undefined;
        return new docker.Container(
            name,
            {
                name: `${prefix}-${service.name}-${index}`,
                image: args.image,
                command: [workload.program],
                envs: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
                networksAdvanced: [
                    { name: args.network, aliases: [service.name] },
                    ...args.networks.map((each) => ({ name: each })),
                ],
                // A name server that does not exist: otherwise names could carry data to the internet.
                ...(!args.resolvesNames && { dns: ["127.0.0.1"] }),
                ports: published
                    ? [{ internal: workload.httpPort, external: args.publishedPort, ip: "127.0.0.1" }]
                    : [],
                volumes: [
                    ...[posix.dirname(contractFile), secretFolder].map((containerPath) => ({
                        volumeName: args.filesVolume,
                        containerPath,
                        readOnly: true,
                    })),
                    { volumeName: dataVolume, containerPath: dataFolder },
                    ...(mail === undefined
                        ? []
                        : [
                              {
                                  volumeName: mail.volume,
                                  containerPath: mailFolder,
                                  readOnly: mail.readOnly,
                              },
                          ]),
                ],
                readOnly: true,
                tmpfs: { [posix.dirname(healthFile)]: "size=64m,mode=1777" },
                memory: memoryMebibytes,
                memorySwap: memoryMebibytes,
                ulimits: [{ name: "nproc", soft: mostProcesses, hard: mostProcesses }],
                healthcheck: {
                    tests: ["CMD", ...healthCommand("readiness")],
                    interval: "5s",
                    timeout: "5s",
                    startPeriod: "1m0s",
                    retries: 3,
                },
                wait: true,
                waitTimeout: 300,
                restart: "unless-stopped",
                destroyGraceSeconds: stopGraceSeconds(service),
                stopSignal: "SIGTERM",
                init: true,
                capabilities: { drops: ["ALL"] },
                securityOpts: ["no-new-privileges"],
            },
            // The children of a component do not inherit its dependencies.
            { parent: this, deleteBeforeReplace: true, ...(dependsOn !== undefined && { dependsOn }) },
        );
    }
}
