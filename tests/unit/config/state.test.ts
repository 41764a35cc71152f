import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/config/configError.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { devConfig, externalDatabase, kubernetesConfig, storeSecrets } from "../environments.ts";
import { problemsOf } from "./configProblems.ts";

const dockerStore: RawConfig = {
    objectStoreEndpoint: "http://minio:9000",
    objectStoreBucket: "spot-mails",
    ...storeSecrets,
};
const dockerState: RawConfig = { ...devConfig, ...externalDatabase, ...dockerStore };

/** The problems of the values that the program gets, in which secrets can be read. */
function readableProblems(stack: string, raw: RawConfig): readonly string[] {
    try {
        parseEnvironment(stack, raw, "readable");
        return [];
    } catch (error) {
        return error instanceof ConfigError ? error.problems : [String(error)];
    }
}

function withoutPlace(problems: readonly string[]): readonly string[] {
    return problems.map((each) => each.replace(/^Pulumi\.\w+\.yaml: key "spot-messaging:(\w+)"/, "$1"));
}

describe("the state of the services", () => {
    it("is in files of one machine, unless a stack says otherwise", () => {
        const { database, objectStore, gateway } = parseEnvironment("dev", devConfig);
        expect({ database, objectStore, gateway }).toEqual({
            database: { kind: "embedded" },
            objectStore: { kind: "directory" },
            gateway: { clients: [], hosts: [], origins: [] },
        });
    });

    it("is in a database and an object store of others, in Docker too", () => {
        const environment = parseEnvironment("dev", {
            ...dockerState,
            databaseUrl: "postgres://owner:p%40ss@db.example.com:6432/spot?sslmode=require",
            objectStorePrefix: "spot/dev",
            objectStoreReadAccessKey: "READER",
            objectStoreReadSecretKey: "s3cret",
            serviceReplicas: '["gateway=2","notifier=2"]',
            serviceNetworks: '["databases"]',
            gatewayClients: '["mail-relay","desk=3"]',
            gatewayHosts: '["spot.example.com"]',
            gatewayOrigins: '["https://desk.example.com"]',
        });
        expect(environment.database).toEqual({
            kind: "external",
            address: "db.example.com:6432/spot",
            connections: 100,
            peers: [{ range: "10.20.0.0/16", port: 5432 }],
        });
        expect(environment.objectStore).toMatchObject({
            kind: "s3",
            endpoint: "http://minio:9000",
            bucket: "spot-mails",
            prefix: "spot/dev",
            region: "us-east-1",
            hasReadKeys: true,
        });
        expect(environment.gateway).toEqual({
            clients: [{ name: "mail-relay" }, { name: "desk", generation: 3 }],
            hosts: ["spot.example.com"],
            origins: ["https://desk.example.com"],
        });
        expect(environment.deployment).toMatchObject({
            replicas: { gateway: { least: 2, most: 2 }, notifier: { least: 2, most: 2 } },
            networks: ["databases"],
        });
        expect(JSON.stringify(environment)).not.toMatch(/s3cret|p%40ss|p@ss|pa55word/);
    });

    it.each([
        ["read-only keys", { objectStoreReadAccessKey: "READER", objectStoreReadSecretKey: "s3cret" }],
        ["other keys", { objectStoreAccessKey: "OTHER" }],
    ])("has another hash with %s, so that services are rolled", (_, change) => {
        const hashOf = (raw: RawConfig): string => {
            const { objectStore } = parseEnvironment("dev", raw);
            return objectStore.kind === "s3" ? objectStore.keyHash : "";
        };
        expect(hashOf({ ...dockerState, ...change })).not.toBe(hashOf(dockerState));
        expect(hashOf(dockerState)).toMatch(/^[0-9a-f]{10}$/);
    });

    it("keeps the volume that an earlier release shared, if the stack still names its class", () => {
        const { deployment } = parseEnvironment("prod", { ...kubernetesConfig, dataStorageClass: "shared" });
        expect(deployment).toMatchObject({ oldData: { storageClass: "shared" } });
    });
});

const grammar = "with special characters of the password encoded";

describe("parseEnvironment refuses state that cannot work", () => {
    it.each<[string, RawConfig, readonly string[]]>([
        [
            "two replicas on SQLite",
            { ...devConfig, serviceReplicas: '["gateway=2","analyzer.links=2","notifier=1"]' },
            [
                'serviceReplicas gives "gateway" 2 replicas, but "database" is embedded; set "database" to external, or write one replica: a SQLite file has one user',
            ],
        ],
        [
            "a range of replicas in Docker",
            { ...devConfig, serviceReplicas: '["analyzer.links=1-2"]' },
            [
                'serviceReplicas lets "analyzer.links" scale from 1 to 2 replicas, but autoscaling is off; install KEDA and set "autoscaling" to true, or write one number',
            ],
        ],
        [
            "CloudNativePG in Docker",
            { ...devConfig, database: "cluster", databaseStorageClass: "fast" },
            ["database is cluster; write embedded or external: CloudNativePG runs on Kubernetes only"],
        ],
        [
            "a URL and an embedded database",
            { ...devConfig, databaseUrl: "postgresql://a:b@c/d" },
            ['databaseUrl is set, but "database" is embedded; set "database" to external, or remove the URL'],
        ],
        [
            "keys without a store",
            { ...devConfig, ...storeSecrets },
            ["objectStoreAccessKey", "objectStoreSecretKey"].map(
                (key) =>
                    `${key} is set, but "objectStoreEndpoint" is not; set the endpoint, or remove the key`,
            ),
        ],
        ...[
            "db.example.com",
            "mysql://owner:s3cret@db/spot",
            "postgresql://owner@db/spot",
            "postgresql://owner:s3cret@db",
            "postgresql://owner:s3cret@db/",
            "postgresql://owner:s3cret@db/spot/other",
            "postgresql:///spot",
        ].map(
            (databaseUrl) =>
                [
                    `the database URL ${databaseUrl}`,
                    { ...dockerState, databaseUrl },
                    [
                        `databaseUrl is not the URL of a PostgreSQL database with user and password; write it as "postgresql://owner:password@host:5432/database", ${grammar}`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        [
            "more connections than the server accepts",
            {
                ...dockerState,
                serviceReplicas: '["gateway=4","analyzer-orchestrator=4"]',
            },
            [
                'databaseConnections is 100, but the services open up to 114; let the server accept more (max_connections) and write that number, or fewer replicas in "serviceReplicas": each opens up to 8',
            ],
        ],
        ...["minio:9000", "https://me:s3cret@minio", "https://minio/bucket", "s3://bucket", "https://"].map(
            (endpoint) =>
                [
                    `the endpoint ${endpoint}`,
                    { ...dockerState, objectStoreEndpoint: endpoint },
                    [
                        `objectStoreEndpoint has the value "${endpoint.replace("me:s3cret", "***")}"; write the URL of the store without credentials and bucket, such as "https://s3.eu-central-1.amazonaws.com"`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        ...["Mails", "ab", "-mails", "a".repeat(64), "a_b"].map(
            (bucket) =>
                [
                    `the bucket ${bucket}`,
                    { ...dockerState, objectStoreBucket: bucket },
                    [
                        `objectStoreBucket has the value "${bucket}"; write 3 to 63 lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        ...["/spot", "spot//dev", "spot dev", "spöt"].map(
            (prefix) =>
                [
                    `the prefix ${prefix}`,
                    { ...dockerState, objectStorePrefix: prefix },
                    [
                        `objectStorePrefix has the value "${prefix}"; write letters, digits, "_", "-" and ".", with "/" only between them, such as "spot/prod"`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        ...["databaseAuthority", "objectStoreAuthority"].map(
            (key) =>
                [
                    `text that is not a certificate in ${key}`,
                    { ...dockerState, [key]: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
                    [
                        `${key} is not a certificate in PEM; write the text that begins with "-----BEGIN CERTIFICATE-----"`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        ...["", "a b", "-a", "relay=0", "relay=x", "relay=", "=2"].map(
            (client) =>
                [
                    `the client ${JSON.stringify(client)}`,
                    { ...devConfig, gatewayClients: JSON.stringify([client]) },
                    [
                        `gatewayClients has the entry "${client}"; write a name of letters, digits, "_", "-" and ".", or such a name and the generation of its token, such as "mail-relay=2"`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        [
            "a client twice",
            { ...devConfig, gatewayClients: '["relay","relay=2"]' },
            ['gatewayClients names "relay" more than once; name each once'],
        ],
        ...["Spot.example.com", "spot.example.com:8080", "https://spot", "spot..com", "*", ""].map(
            (host) =>
                [
                    `the host ${host}`,
                    { ...devConfig, gatewayHosts: JSON.stringify([host]) },
                    [
                        `gatewayHosts has the host "${host}"; write lower-case host names without port, such as "spot.example.com"`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
        ...["desk.example.com", "https://desk.example.com/", "https://desk:443", "*", "null", "ftp://a"].map(
            (origin) =>
                [
                    `the origin ${origin}`,
                    { ...devConfig, gatewayOrigins: JSON.stringify([origin]) },
                    [
                        `gatewayOrigins has the origin "${origin}"; write scheme, host and port as a browser sends them, such as "https://spot.example.com"`,
                    ],
                ] satisfies [string, RawConfig, readonly string[]],
        ),
    ])("%s", (_, raw, expected) => {
        expect(withoutPlace(problemsOf("dev", raw))).toEqual(expected);
    });

    it("on Kubernetes everything that only one machine can have, together", () => {
        const raw = {
            ...kubernetesConfig,
            database: "embedded",
            objectStoreEndpoint: "",
            gatewayClients: "[]",
        };
        expect(withoutPlace(problemsOf("prod", raw))).toEqual([
            "database is embedded; write external or cluster: on Kubernetes every service has several replicas, and a SQLite file has one user",
            'gatewayClients is empty; name who may submit e-mails, such as "mail-relay": on Kubernetes the gateway requires a bearer token',
            'objectStoreEndpoint is missing; name an object store, such as "https://s3.eu-central-1.amazonaws.com": on Kubernetes the services share no volume',
        ]);
    });

    it("on Kubernetes servers of others without their addresses, and e-mails in plain text", () => {
        const raw = {
            ...kubernetesConfig,
            ...externalDatabase,
            databasePeers: "[]",
            objectStorePeers: "[]",
            objectStoreEndpoint: "http://s3.example.com",
        };
        expect(withoutPlace(problemsOf("prod", raw))).toEqual([
            'databasePeers is empty, but "database" is external; name where the server is, such as "10.20.0.0/16": network policies allow nothing else',
            "objectStoreEndpoint begins with http:; write https: e-mails and keys would be readable in transit",
            'objectStorePeers is empty, but "objectStoreEndpoint" is set; name where the store is, such as "10.30.0.0/16" or "0.0.0.0/0": network policies allow nothing else',
        ]);
    });

    it("missing secrets, together, where their values can be read, and only there", () => {
        const raw = {
            ...devConfig,
            database: "external",
            objectStoreEndpoint: "http://minio:9000",
            objectStoreBucket: "spot-mails",
            objectStoreReadAccessKey: "READER",
        };
        const set = (key: string): string => `pulumi config set --secret spot-messaging:${key}`;
        expect(withoutPlace(readableProblems("dev", raw))).toEqual([
            `databaseUrl is missing; set the owner's URL: ${set("databaseUrl")}`,
            `objectStoreAccessKey is missing; set the keys of the object store: ${set("objectStoreAccessKey")}`,
            `objectStoreReadSecretKey is missing; set both keys with which analyzers read: ${set("objectStoreReadSecretKey")}`,
            `objectStoreSecretKey is missing; set the keys of the object store: ${set("objectStoreSecretKey")}`,
        ]);
        expect(problemsOf("dev", raw)).toEqual([]);
    });

    it("nothing of the state where no services are deployed", () => {
        const raw = {
            ...kubernetesConfig,
            deployServices: "false",
            database: "embedded",
            gatewayClients: "[]",
        };
        expect(problemsOf("prod", { ...raw, objectStoreEndpoint: "", autoscaling: "false" })).toEqual([]);
    });
});
