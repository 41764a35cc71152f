import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { ConsumerService, type ConsumerServiceArgs, connectionOf } from "./consumerService.ts";
import { connectionDocument } from "./runtime/connection.ts";
import {
    connectionFile,
    contractFile,
    dataFolder,
    healthCommand,
    serviceEnvironment,
} from "./runtime/runtime.ts";
import { stopGraceSeconds } from "./runtime/stopGrace.ts";

export interface DockerServiceArgs extends ConsumerServiceArgs {
    /** Prefix of the name of every container. */
    readonly prefix: string;
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
        const replicas = Array.from({ length: args.workload.replicas }, (_, index) => index);
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
        const connection = pulumi
            .secret(args.password)
            .apply((password) => connectionDocument({ ...connectionOf(args, null), password }));
        const published = index === 0 && workload.httpPort !== undefined && args.publishedPort !== undefined;
        return new docker.Container(
            name,
            {
                name: `${prefix}-${service.name}-${index}`,
                image: args.image,
                command: [workload.program],
                envs: Object.entries(serviceEnvironment).map(([name, value]) => `${name}=${value}`),
                uploads: [
                    { file: contractFile, content: args.contract, permissions: "0644" },
                    { file: connectionFile, content: connection, permissions: "0644" },
                ],
                networksAdvanced: [{ name: args.network, aliases: [service.name] }],
                ports: published
                    ? [{ internal: workload.httpPort, external: args.publishedPort, ip: "127.0.0.1" }]
                    : [],
                volumes: [{ volumeName: args.dataVolume, containerPath: dataFolder }],
                healthcheck: {
                    tests: ["CMD", ...healthCommand("readiness")],
                    interval: "2s",
                    timeout: "5s",
                    startPeriod: "1m0s",
                    retries: 5,
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
