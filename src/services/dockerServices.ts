import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import {
    clientNetworks,
    type DockerDeployment,
    gatewayName,
    handlesMails,
    replicasOf,
} from "../environment/deployment.ts";
import type { ObjectStore } from "../environment/state.ts";
import { secretFilesOf } from "./consumerService.ts";
import { DockerDatabase } from "./dockerDatabase.ts";
import { DockerFiles } from "./dockerFiles.ts";
import { DockerService, type DockerServiceArgs } from "./dockerService.ts";
import { mailFolder } from "./runtime/runtime.ts";
import { secretEnvironment } from "./runtime/secretFile.ts";
import { deployedServices, SpotServices, type SpotServicesArgs } from "./spotServices.ts";

export interface DockerServicesArgs extends SpotServicesArgs {
    /** Prefix of the name of every container and volume. */
    readonly prefix: string;
    readonly deployment: DockerDeployment;
    readonly objectStore: ObjectStore;
}

/** All services in containers on this machine. */
export class DockerServices extends SpotServices {
    constructor(name: string, args: DockerServicesArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const { cluster, messaging, prefix, deployment, objectStore } = args;
        const child = { parent: this };
        const { imageId } = new docker.RemoteImage(
            `${name}-image`,
            { name: args.image, keepLocally: true },
            child,
        );
        const image = this.migrated(`${name}-database`, args, imageId);
        // The volume that all services of releases up to 1.0 shared. No service mounts it; it stays until the stack is destroyed.
        new docker.Volume(`${name}-data`, { name: `${prefix}-data` }, child);
        const mail =
            objectStore.kind === "directory"
                ? new docker.Volume(`${name}-mail`, { name: `${prefix}-mail` }, child)
                : undefined;
        // Requests from this machine get in, and nothing gets out: without masquerading, answers of other networks find no way back.
        const edge = new docker.Network(
            `${name}-edge`,
            {
                name: `${prefix}-edge`,
                options: { "com.docker.network.bridge.enable_ip_masquerade": "false" },
            },
            child,
        );
        const deployed = deployedServices(args).map((each) => ({
            ...each,
            secrets: secretFilesOf({ ...each, image }, null),
        }));
        const files = new DockerFiles(
            `${name}-files`,
            {
                prefix,
                image: imageId,
                services: deployed.map(({ service, contract, secrets }) => ({
                    service: service.name,
                    contract,
                    files: secrets,
                })),
                mounts: mail === undefined ? [] : [{ volumeName: mail.name, containerPath: mailFolder }],
            },
            child,
        );
        for (const each of deployed) {
            const service = each.service.name;
            const mailOf = (): Pick<DockerServiceArgs, "mail"> =>
                mail === undefined || !handlesMails(service)
                    ? {}
                    : { mail: { volume: mail.name, readOnly: service !== gatewayName } };
            const [ofGateway, ofOthers] = clientNetworks;
            const isPublished = each.workload.httpPort !== undefined;
            new DockerService(
                `${name}-${service}`,
                {
                    ...each,
                    ...mailOf(),
                    prefix,
                    image,
                    replicas: replicasOf(deployment, each.service).most,
                    network: cluster.clientNetworks.get(isPublished ? ofGateway : ofOthers) ?? "none",
                    networks: [...(isPublished ? [edge.name] : []), ...deployment.networks],
                    resolvesNames: deployment.networks.length > 0,
                    filesVolume: files.volumes.get(service) ?? "",
                    environment: {
                        ...secretEnvironment(each.secrets),
                        ...(mail !== undefined && handlesMails(service) && { SPOT_MAIL: mailFolder }),
                        ...(deployment.tracesEndpoint !== undefined && {
                            OTEL_EXPORTER_OTLP_ENDPOINT: deployment.tracesEndpoint,
                        }),
                    },
                    publishedPort: deployment.gatewayPort,
                },
                { parent: this, dependsOn: [...messaging.declared, files.ready] },
            );
        }
        this.registerOutputs({});
    }

    /** The services' image; with a database server, after schemas and roles exist there. */
    private migrated(
        name: string,
        { access: { roles, ownerFiles }, deployment, prefix }: DockerServicesArgs,
        image: pulumi.Output<string>,
    ): pulumi.Output<string> {
        if (roles === undefined) {
            return image;
        }
        const { networks } = deployment;
        const database = { prefix, image, networks, files: ownerFiles, roles: roles.content };
        return new DockerDatabase(name, database, { parent: this }).image;
    }
}
