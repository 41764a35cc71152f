import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { type DockerDeployment, replicasOf } from "../environment/deployment.ts";
import { DockerDatabase } from "./dockerDatabase.ts";
import { DockerService } from "./dockerService.ts";
import { deployedServices, SpotServices, type SpotServicesArgs } from "./spotServices.ts";

export interface DockerServicesArgs extends SpotServicesArgs {
    /** Prefix of the name of every container and volume. */
    readonly prefix: string;
    readonly deployment: DockerDeployment;
}

/** All services in containers on this machine. */
export class DockerServices extends SpotServices {
    constructor(name: string, args: DockerServicesArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const { cluster, messaging, prefix, deployment } = args;
        const { imageId } = new docker.RemoteImage(
            `${name}-image`,
            { name: args.image, keepLocally: true },
            { parent: this },
        );
        const { ownerFiles, roles } = args.access;
        const image =
            roles === undefined
                ? imageId
                : new DockerDatabase(
                      `${name}-database`,
                      {
                          prefix,
                          image: imageId,
                          networks: deployment.networks,
                          files: ownerFiles,
                          roles: roles.content,
                      },
                      { parent: this },
                  ).image;
        const data = new docker.Volume(`${name}-data`, { name: `${prefix}-data` }, { parent: this });
        for (const each of deployedServices(args)) {
            new DockerService(
                `${name}-${each.service.name}`,
                {
                    ...each,
                    prefix,
                    image,
                    replicas: replicasOf(deployment, each.service).most,
                    network: cluster.network ?? "bridge",
                    networks: deployment.networks,
                    dataVolume: data.name,
                    publishedPort: deployment.gatewayPort,
                },
                { parent: this, dependsOn: [...messaging.declared] },
            );
        }
        this.registerOutputs({});
    }
}
