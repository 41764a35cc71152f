import type { Cluster } from "@spot-messaging/pulumi";
import { type Deployment, databaseConnections } from "../environment/deployment.ts";
import {
    connectionsOfProcess,
    type Database,
    type DatabaseCluster,
    type ExternalDatabase,
} from "../environment/state.ts";
import { authorityCertificate } from "./authorityCertificate.ts";
import type { ConfigReader } from "./configReader.ts";
import { namespaceName, objectName } from "./kubernetesName.ts";
import { networkPeers } from "./networkPeers.ts";
import { requireSecrets, type Secrets } from "./secrets.ts";

const usualPort = 5432;

/** The database of the services' state. */
export function databaseOf(reader: ConfigReader, cluster: Cluster["kind"], secrets: Secrets): Database {
    const kind = reader.oneOf("database", ["embedded", "external", "cluster"]);
    if (kind !== "external" && reader.optionalText("databaseUrl") !== undefined) {
        reader.reject(
            "databaseUrl",
            `is set, but "database" is ${kind}`,
            'set "database" to external, or remove the URL',
        );
    }
    switch (kind) {
        case "embedded":
            if (cluster === "kubernetes") {
                reader.reject(
                    "database",
                    "is embedded",
                    "write external or cluster: on Kubernetes every service has several replicas, and a SQLite file has one user",
                );
            }
            return { kind };
        case "cluster":
            if (cluster !== "kubernetes") {
                reader.reject(
                    "database",
                    "is cluster",
                    "write embedded or external: CloudNativePG runs on Kubernetes only",
                );
            }
            return databaseCluster(reader);
        case "external":
            return externalDatabase(reader, cluster, secrets);
    }
}

function databaseCluster(reader: ConfigReader): DatabaseCluster {
    const instances = reader.integer("databaseInstances", 1, 9);
    return {
        kind: "cluster",
        instances,
        storage: {
            storageClass: objectName(
                reader,
                "databaseStorageClass",
                "the storage class of the database's volumes",
            ),
            size: reader.size("databaseStorageSize"),
        },
        operatorNamespace: namespaceName(reader, "databaseOperatorNamespace"),
    };
}

function externalDatabase(
    reader: ConfigReader,
    cluster: Cluster["kind"],
    secrets: Secrets,
): ExternalDatabase {
    requireSecrets(reader, secrets, ["databaseUrl"], "the owner's URL");
    const url = reader.optionalText("databaseUrl");
    if (url !== undefined && !isDatabaseUrl(url)) {
        reader.reject(
            "databaseUrl",
            "is not the URL of a PostgreSQL database with user and password",
            'write it as "postgresql://owner:password@host:5432/database", with special characters of the password encoded',
        );
    }
    const address = url === undefined ? undefined : addressOf(url);
    const authority = authorityCertificate(reader, "databaseAuthority");
    const peers = networkPeers(reader, "databasePeers", usualPort, '"10.20.0.0/16" or "databases:6432"');
    if (cluster === "kubernetes" && peers.length === 0 && reader.areValid("databasePeers")) {
        reader.reject(
            "databasePeers",
            'is empty, but "database" is external',
            'name where the server is, such as "10.20.0.0/16": network policies allow nothing else',
        );
    }
    return {
        kind: "external",
        peers,
        ...(address !== undefined && { address }),
        connections: reader.integer("databaseConnections", 1, 100_000),
        ...(authority !== undefined && { authority }),
    };
}

/** The services must not open more connections than the server accepts; the migration needs two. */
export function rejectUnfitConnections(
    reader: ConfigReader,
    deployment: Exclude<Deployment, { kind: "none" }>,
    { connections }: ExternalDatabase,
): void {
    const needed = databaseConnections(deployment) + 2;
    if (reader.areValid("databaseConnections", "serviceReplicas") && connections < needed) {
        reader.reject(
            "databaseConnections",
            `is ${connections}, but the services open up to ${needed}`,
            `let the server accept more (max_connections) and write that number, or fewer replicas in "serviceReplicas": each opens up to ${connectionsOfProcess}`,
        );
    }
}

/** Whether a text has user, password, host and exactly one database, which the URLs of the services' own roles are made of. */
function isDatabaseUrl(text: string): boolean {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return (
        url !== undefined &&
        /^postgres(ql)?:$/.test(url.protocol) &&
        [url.hostname, url.username, url.password].every((part) => part !== "") &&
        /^\/[^/]+$/.test(url.pathname)
    );
}

/** Host, port and database of a URL, without its user and password. */
function addressOf(text: string): string | undefined {
    const { hostname, port, pathname } = URL.canParse(text) ? new URL(text) : {};
    return hostname === undefined
        ? undefined
        : `${hostname}:${port === "" ? usualPort : port}${pathname ?? ""}`;
}
