import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { ConsumerService, type ConsumerServiceArgs, secretFilesOf } from "./consumerService.ts";
import { contractFile, dataFolder, healthCommand, serviceEnvironment } from "./runtime/runtime.ts";
import { secretEnvironment, secretPath } from "./runtime/secretFile.ts";
import { stopGraceSeconds } from "./runtime/stopGrace.ts";

export interface DockerServiceArgs extends ConsumerServiceArgs {
    /** Prefix of the name of every container. */
    readonly prefix: string;
    readonly replicas: number;
    /** Existing networks that the service joins too. */
    readonly networks: readonly string[];
    readonly network: pulumi.Input<string>;
    /** The shared volume of the services: stored e-mails, running analyses, results. */
    readonly dataVolume: pulumi.Input<string>;
    /** The loopback port of the service's HTTP interface, if it has one. */
    readonly publishedPort?: number;
}

/** A service in containers on this machine, one container for each replica. */
export class DockerService extends ConsumerService {
    readonly containers: readonly docker.Container[];

    constructor(name: string, args: DockerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const replicas = Array.from({ length: args.replicas }, (_, index) => index);
        this.containers = replicas.map((index) =>
            this.replica(`${name}-${index}`, args, index, opts?.dependsOn),
        );
        this.registerOutputs({});
    }

    private replica(
        name: string,
        args: DockerServiceArgs,
        index: number,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
    ): docker.Container {
        const { service, workload, prefix } = args;
        const files = secretFilesOf(args, null);
        const environment = { ...serviceEnvironment, ...secretEnvironment(files) };
        const published = index === 0 && workload.httpPort !== undefined && args.publishedPort !== undefined;
        return new docker.Container(
            name,
            {
                name: `${prefix}-${service.name}-${index}`,
                image: args.image,
                command: [workload.program],
                envs: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
                uploads: [
                    { file: contractFile, content: args.contract, permissions: "0644" },
                    ...files.map((each) => ({
                        file: secretPath(each.name),
                        content: each.content,
                        permissions: "0644",
                    })),
                ],
                networksAdvanced: [
                    { name: args.network, aliases: [service.name] },
                    ...args.networks.map((each) => ({ name: each })),
                ],
                ports: published
                    ? [{ internal: workload.httpPort, external: args.publishedPort, ip: "127.0.0.1" }]
                    : [],
                volumes: [{ volumeName: args.dataVolume, containerPath: dataFolder }],
                healthcheck: {
                    tests: ["CMD", ...healthCommand("readiness")],
                    interval: "10s",
                    timeout: "5s",
                    startPeriod: "1m0s",
                    startInterval: "2s",
                    retries: 2,
                },
                wait: true,
                waitTimeout: 120,
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
