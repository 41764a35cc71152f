import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { DockerService } from "./dockerService.ts";
import { deployedServices, SpotServices, type SpotServicesArgs } from "./spotServices.ts";

export interface DockerServicesArgs extends SpotServicesArgs {
    /** Prefix of the name of every container and volume. */
    readonly prefix: string;
    /** The loopback port of the gateway's HTTP interface. */
    readonly gatewayPort: number;
}

/** All services in containers on this machine. */
export class DockerServices extends SpotServices {
    constructor(name: string, args: DockerServicesArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const { cluster, messaging, prefix } = args;
        const image = new docker.RemoteImage(
            `${name}-image`,
            { name: args.image, keepLocally: true },
            { parent: this },
        );
        const data = new docker.Volume(`${name}-data`, { name: `${prefix}-data` }, { parent: this });
        for (const each of deployedServices(args)) {
            new DockerService(
                `${name}-${each.service.name}`,
                {
                    ...each,
                    prefix,
                    image: image.imageId,
                    network: cluster.network ?? "bridge",
                    dataVolume: data.name,
                    publishedPort: args.gatewayPort,
                },
                { parent: this, dependsOn: [...messaging.declared] },
            );
        }
        this.registerOutputs({});
    }
}
