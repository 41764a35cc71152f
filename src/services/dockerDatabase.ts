import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "@spot-messaging/topology";
import { rolesFile } from "./runtime/runtime.ts";
import { type SecretFile, secretEnvironment, secretPath } from "./runtime/secretFile.ts";

export interface DockerDatabaseArgs {
    /** Prefix of the name of the container. */
    readonly prefix: string;
    readonly image: pulumi.Input<string>;
    /** The network of the database. */
    readonly networks: readonly string[];
    /** The files of the database's owner. */
    readonly files: readonly SecretFile[];
    /** The content of the roles file. */
    readonly roles: pulumi.Input<string>;
}

/** The schemas and roles of the services in an external database: a container that ends when they are there. */
export class DockerDatabase extends pulumi.ComponentResource {
    /** The services' image, known when the schemas and roles are there. */
    readonly image: pulumi.Output<string>;

    constructor(name: string, args: DockerDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:DockerDatabase", name, {}, opts);
        const { prefix, files, roles, networks, image } = args;
        const containerName = `${prefix}-database`;
        const container = new docker.Container(
            `${name}-migration`,
            {
                name: containerName,
                image,
                command: ["database"],
                envs: Object.entries({ ...secretEnvironment(files), SPOT_ROLES: rolesFile }).map(
                    ([variable, value]) => `${variable}=${value}`,
                ),
                uploads: [
                    ...files.map((each) => ({
                        file: secretPath(each.name),
                        content: each.content,
                        permissions: "0644",
                    })),
                    { file: rolesFile, content: roles, permissions: "0644" },
                ],
                networksAdvanced: networks.map((each) => ({ name: each })),
                attach: true,
                mustRun: false,
                restart: "no",
                capabilities: { drops: ["ALL"] },
                securityOpts: ["no-new-privileges"],
            },
            { parent: this, deleteBeforeReplace: true },
        );
        this.image = pulumi.all([image, container.exitCode]).apply(([known, exitCode]) => {
            // A preview does not know the exit code and does not come here.
            if (exitCode !== 0) {
                throw new UserError(
                    `container "${containerName}" ended with exit code ${exitCode}, so that the services have no schemas; see "docker logs ${containerName}", then run "docker rm ${containerName}" and "pulumi up --refresh"`,
                );
            }
            return known;
        });
        this.registerOutputs({});
    }
}
