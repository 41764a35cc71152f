import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesDeployment } from "../environment/deployment.ts";
import type { Database, DatabaseCluster, NetworkPeer } from "../environment/state.ts";
import {
    databaseAuthority,
    databaseMetadata,
    databasePods,
    ownerData,
    ownerSecretName,
    toDatabaseClusterArgs,
    toDatabasePolicyArgs,
} from "./kubernetes/databaseCluster.ts";
import {
    type Migration,
    migrationPods,
    toMigrationJobArgs,
    toMigrationPolicyArgs,
    toMigrationSecretArgs,
} from "./kubernetes/databaseJob.ts";
import type { ReachedServers } from "./kubernetes/networkPolicy.ts";
import type { AuthoritySecret } from "./kubernetes/volumes.ts";
import type { ServiceAccess } from "./serviceAccess.ts";

export interface KubernetesDatabaseArgs {
    readonly database: Exclude<Database, { kind: "embedded" }>;
    readonly deployment: KubernetesDeployment;
    readonly access: ServiceAccess;
    readonly image: string;
    /** The labels of the pods of the services with state. */
    readonly clients: readonly Readonly<Record<string, string>>[];
    /** The most connections that services open. */
    readonly connections: number;
    /** Whether the engine refuses to delete the stack's own database. */
    readonly retain: boolean;
    readonly after: readonly pulumi.Resource[];
}

/** The schemas and roles of the services, and the database itself if it is the stack's own. */
export class KubernetesDatabase extends pulumi.ComponentResource {
    /** The resources after which services can start. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: KubernetesDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:KubernetesDatabase", name, {}, opts);
        const { database, deployment, access, image } = args;
        const child = { parent: this, dependsOn: [...args.after] };
        const own = database.kind === "cluster" ? this.cluster(name, database, args, child) : [];
        const migration: Migration = {
            deployment,
            image,
            roles: access.roles?.shown ?? "",
            files: access.ownerFiles,
            authority: authorityOf(database),
        };
        const contents = pulumi
            .all([
                pulumi.all(access.ownerFiles.map(({ content }) => pulumi.output(content))),
                access.roles?.content ?? "",
            ])
            .apply(([files, roles]) => ({
                ...Object.fromEntries(
                    access.ownerFiles.map((file, index) => [file.name, files[index] ?? ""]),
                ),
                "roles.json": roles,
            }));
        const needed = [
            new k8s.core.v1.Secret(
                `${name}-migration-secrets`,
                { ...toMigrationSecretArgs(migration), stringData: pulumi.secret(contents) },
                child,
            ),
            new k8s.networking.v1.NetworkPolicy(
                `${name}-migration-network`,
                toMigrationPolicyArgs(deployment, databaseServers(database)),
                child,
            ),
        ];
        this.ready = [
            new k8s.batch.v1.Job(`${name}-migration`, toMigrationJobArgs(migration), {
                ...child,
                dependsOn: [...args.after, ...own, ...needed],
            }),
        ];
        this.registerOutputs({});
    }

    private cluster(
        name: string,
        database: DatabaseCluster,
        { deployment, access, connections, clients, retain }: KubernetesDatabaseArgs,
        child: pulumi.CustomResourceOptions,
    ): readonly pulumi.Resource[] {
        const { namespace } = deployment;
        const owner = new k8s.core.v1.Secret(
            `${name}-owner`,
            {
                metadata: databaseMetadata(namespace, ownerSecretName),
                type: "kubernetes.io/basic-auth",
                stringData: pulumi
                    .secret(access.ownerPassword ?? "")
                    .apply((password) => ({ ...ownerData(password) })),
            },
            child,
        );
        const policy = new k8s.networking.v1.NetworkPolicy(
            `${name}-network`,
            toDatabasePolicyArgs(deployment, database, [...clients, migrationPods]),
            child,
        );
        return [
            new k8s.apiextensions.CustomResource(
                `${name}-cluster`,
                toDatabaseClusterArgs(namespace, database, connections),
                { ...child, dependsOn: [owner, policy], protect: retain },
            ),
        ];
    }
}

/** Where the database is, for network policies. */
export function databaseServers(database: Database): ReachedServers {
    const peers: readonly NetworkPeer[] = database.kind === "external" ? database.peers : [];
    return { pods: database.kind === "cluster" ? [databasePods] : [], peers };
}

/** The Secret with the authority of the stack's own database. */
export function authorityOf(database: Database): AuthoritySecret | undefined {
    return database.kind === "cluster" ? databaseAuthority : undefined;
}
