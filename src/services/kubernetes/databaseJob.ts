import type * as k8s from "@pulumi/kubernetes";
import { nameServerPeers, pullSecrets } from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import {
    databaseAuthorityFile,
    healthFile,
    rolesFile,
    secretFolder,
    serviceUser,
} from "../runtime/runtime.ts";
import { type SecretFile, secretEnvironment } from "../runtime/secretFile.ts";
import { databaseMetadata } from "./databaseCluster.ts";
import { type ReachedServers, serverRules } from "./networkPolicy.ts";
import { contentName } from "./place.ts";
import { type AuthoritySecret, certificateOf } from "./volumes.ts";

const jobName = "spot-database-migration";

/** The labels of the Job's pods. */
export const migrationPods = { "app.kubernetes.io/name": jobName } as const;

/** The run of the database command: which program, which roles. */
export interface Migration {
    readonly deployment: KubernetesDeployment;
    readonly image: string;
    /** The names of the roles. */
    readonly roles: string;
    /** The files of the database's owner. */
    readonly files: readonly Pick<SecretFile, "name" | "shown">[];
    readonly authority: AuthoritySecret | undefined;
}

/** Another release, other roles or another database is another Job, because a Job runs once. */
function migrationName({ image, roles, files }: Migration): string {
    return contentName(
        jobName,
        JSON.stringify([image, roles, files.map(({ name, shown }) => [name, shown])]),
    );
}

/** The Secret with the files of the owner and the passwords of the roles. */
export function toMigrationSecretArgs(
    migration: Migration,
): Pick<k8s.core.v1.SecretArgs, "metadata" | "immutable"> {
    return {
        metadata: databaseMetadata(migration.deployment.namespace, migrationName(migration)),
        immutable: true,
    };
}

/** A Job that creates roles and migrates the schemas; services start after it. */
export function toMigrationJobArgs(migration: Migration): k8s.batch.v1.JobArgs {
    const { deployment, image, files, authority } = migration;
    const environment = { ...secretEnvironment(files), SPOT_ROLES: rolesFile };
    const metadata = databaseMetadata(deployment.namespace, migrationName(migration));
    const volumes = [
        { name: "secrets", path: secretFolder, secret: { secretName: metadata.name, defaultMode: 0o440 } },
        ...(authority === undefined
            ? []
            : [
                  {
                      name: "database",
                      path: databaseAuthorityFile.replace(/\/[^/]+$/, ""),
                      secret: certificateOf(authority, databaseAuthorityFile),
                  },
              ]),
    ];
    return {
        // A Job that failed runs again in the next update; nothing else would change it.
        metadata: { ...metadata, annotations: { "pulumi.com/replaceUnready": "true" } },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 1_800,
            template: {
                metadata: { labels: { ...metadata.labels, ...migrationPods } },
                spec: {
                    restartPolicy: "Never",
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    ...pullSecrets(deployment.imagePullSecrets),
                    securityContext: {
                        runAsNonRoot: true,
                        runAsUser: serviceUser,
                        runAsGroup: serviceUser,
                        fsGroup: serviceUser,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    containers: [
                        {
                            name: "migration",
                            image,
                            args: ["database"],
                            env: Object.entries(environment).map(([name, value]) => ({ name, value })),
                            resources: {
                                requests: { cpu: "100m", memory: "256Mi" },
                                limits: { cpu: "1", memory: "256Mi" },
                            },
                            securityContext: {
                                allowPrivilegeEscalation: false,
                                readOnlyRootFilesystem: true,
                                capabilities: { drop: ["ALL"] },
                            },
                            volumeMounts: [
                                ...volumes.map(({ name, path }) => ({
                                    name,
                                    mountPath: path,
                                    readOnly: true,
                                })),
                                { name: "scratch", mountPath: healthFile.replace(/\/[^/]+$/, "") },
                            ],
                            terminationMessagePolicy: "FallbackToLogsOnError",
                        },
                    ],
                    volumes: [
                        ...volumes.map(({ name, secret }) => ({ name, secret })),
                        { name: "scratch", emptyDir: { sizeLimit: "64Mi" } },
                    ],
                },
            },
        },
    };
}

/** The Job connects to the database and the name servers only. */
export function toMigrationPolicyArgs(
    { namespace, nameServers }: KubernetesDeployment,
    reached: ReachedServers,
): k8s.networking.v1.NetworkPolicyArgs {
    return {
        metadata: databaseMetadata(namespace, jobName),
        spec: {
            podSelector: { matchLabels: { ...migrationPods } },
            policyTypes: ["Ingress", "Egress"],
            egress: [...serverRules(reached), ...nameServerPeers(nameServers)],
        },
    };
}
