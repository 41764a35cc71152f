import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { deployedServiceNames } from "../../../src/environment/deployment.ts";
import { databaseRole, roleUrl } from "../../../src/services/runtime/database.ts";
import type { SecretFile } from "../../../src/services/runtime/secretFile.ts";
import { type GivenSecrets, ServiceAccess } from "../../../src/services/serviceAccess.ts";
import { devEnvironment, externalDatabase } from "../environments.ts";
import { found } from "../found.ts";
import { passwordOf, record } from "./recorder.ts";

const keys = (name: string): NonNullable<GivenSecrets["objectStoreKeys"]> => ({
    accessKey: pulumi.secret(`${name}-id`),
    secretKey: pulumi.secret(`${name}-secret`),
});
const store: RawConfig = { objectStoreEndpoint: "http://minio:9000", objectStoreBucket: "spot-mails" };

interface Access {
    readonly files: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly shown: Readonly<Record<string, string>>;
    readonly owner: Readonly<Record<string, unknown>>;
    readonly roles: unknown;
    readonly tokens: Readonly<Record<string, string>>;
    readonly secrets: readonly boolean[];
}

async function contentsOf(files: readonly SecretFile[]): Promise<Readonly<Record<string, unknown>>> {
    const contents = await Promise.all(
        files.map(
            ({ name, content }) =>
                new Promise<[string, unknown]>((resolve) => {
                    pulumi.output(content).apply((text) => {
                        resolve([name, name.endsWith(".json") ? JSON.parse(text) : text]);
                    });
                }),
        ),
    );
    return Object.fromEntries(contents);
}

/** What the services of a stack get. */
async function accessOf(values: RawConfig, given: GivenSecrets): Promise<Access> {
    const results: Promise<Access>[] = [];
    await record("dev", () => {
        const environment = devEnvironment(values);
        const access = new ServiceAccess("access", { environment, given });
        const services = deployedServiceNames(environment.analyzers);
        const read = async (): Promise<Access> => ({
            files: Object.fromEntries(
                await Promise.all(
                    services.map(async (each) => [each, await contentsOf(access.filesOf(each))] as const),
                ),
            ),
            shown: Object.fromEntries(
                services.map((each) => [
                    each,
                    JSON.stringify(access.filesOf(each).map(({ shown }) => shown)),
                ]),
            ),
            owner: await contentsOf(access.ownerFiles),
            roles: await new Promise((resolve) => {
                pulumi.output(access.roles?.content ?? "null").apply((text) => {
                    resolve(JSON.parse(text));
                });
            }),
            tokens: await new Promise((resolve) => {
                access.tokens.apply(resolve);
            }),
            secrets: await Promise.all(
                [...services.flatMap((each) => access.filesOf(each)), ...access.ownerFiles]
                    .filter(({ name }) => name.endsWith(".json"))
                    .map(({ content }) => pulumi.isSecret(pulumi.output(content))),
            ),
        });
        results.push(read());
        return Promise.resolve();
    });
    return await found(results[0], "a result");
}

const url = "postgresql://owner:pa55@db.example.com:6432/spot?sslmode=require";
const everything = { databaseUrl: pulumi.secret(url), objectStoreKeys: keys("own") };

describe("the access of the services", () => {
    it("is empty where they keep everything themselves", async () => {
        const { files, owner, roles, tokens } = await accessOf({}, {});
        expect(Object.values(files).filter((each) => Object.keys(each).length > 0)).toEqual([]);
        expect({ owner, roles, tokens }).toEqual({ owner: {}, roles: null, tokens: {} });
    });

    it("is a role of its own for each service with state, and keys for those that handle e-mails", async () => {
        const { files, secrets } = await accessOf({ ...externalDatabase, ...store }, everything);
        expect(
            Object.fromEntries(
                Object.entries(files)
                    .map(([name, each]) => [name, Object.keys(each)] as const)
                    .filter(([, each]) => each.length > 0),
            ),
        ).toEqual({
            gateway: ["database.json", "objectStore.json"],
            "analyzer-orchestrator": ["database.json"],
            "result-processor": ["database.json"],
            notifier: ["database.json"],
            "analyzer.headers": ["objectStore.json"],
            "analyzer.content": ["objectStore.json"],
            "analyzer.links": ["objectStore.json"],
            "analyzer.attachments": ["objectStore.json"],
        });
        expect(files["result-processor"]?.["database.json"]).toEqual({
            url: `postgresql://dev_result_processor_1:${passwordOf("access-role-result_processor-1")}@db.example.com:6432/spot?sslmode=require`,
            ca: null,
            connections: 8,
        });
        expect(files["gateway"]?.["objectStore.json"]).toEqual({
            endpoint: "http://minio:9000",
            bucket: "spot-mails",
            prefix: "",
            region: "us-east-1",
            accessKeyId: "own-id",
            secretAccessKey: "own-secret",
            ca: null,
        });
        expect(secrets).toHaveLength(10);
        expect(new Set(secrets)).toEqual(new Set([true]));
    });

    it("lets analyzers only read, where the store has keys for that", async () => {
        const { files } = await accessOf(store, { ...everything, objectStoreReadKeys: keys("read") });
        const accessKeys = Object.entries(files)
            .filter(([, each]) => "objectStore.json" in each)
            .map(([name, each]) => [name, (each["objectStore.json"] as { accessKeyId: string }).accessKeyId]);
        expect(Object.fromEntries(accessKeys)).toEqual({
            gateway: "own-id",
            "analyzer.headers": "read-id",
            "analyzer.content": "read-id",
            "analyzer.links": "read-id",
            "analyzer.attachments": "read-id",
        });
    });

    it("gives the owner's URL to the migration alone, with the roles of every valid generation", async () => {
        const { files, owner, roles } = await accessOf(
            { ...externalDatabase, credentialsGeneration: "3", serviceCredentials: '["notifier=1"]' },
            everything,
        );
        expect(owner).toEqual({ "database.json": { url, ca: null, connections: 8 } });
        expect(JSON.stringify(files)).not.toContain("owner:");
        const role = (schema: string, generation: number): object => ({
            name: `dev_${schema}_${generation}`,
            schema,
            password: passwordOf(`access-role-${schema}-${generation}`),
        });
        expect(roles).toEqual({
            roles: [
                ...["gateway", "analyzer_orchestrator", "result_processor"].flatMap((schema) => [
                    role(schema, 3),
                    role(schema, 2),
                ]),
                role("notifier", 1),
            ],
        });
        const user = (name: string): unknown => (files[name]?.["database.json"] as { url: string }).url;
        expect(user("gateway")).toContain("//dev_gateway_3:");
        expect(user("notifier")).toContain("//dev_notifier_1:");
    });

    it("knows tokens only by their hashes, and keeps the previous one of each client valid", async () => {
        const { files, tokens } = await accessOf({ gatewayClients: '["relay","desk=2"]' }, {});
        const token = (name: string): string => passwordOf(`access-token-${name}`);
        expect(tokens).toEqual({ relay: token("relay-1"), "desk-2": token("desk-2"), desk: token("desk-1") });
        const entry = (name: string, generation: number): object => ({
            name,
            sha256: createHash("sha256")
                .update(token(`${name}-${generation}`))
                .digest("hex"),
        });
        expect(files["gateway"]).toEqual({
            "tokens.json": { tokens: [entry("relay", 1), entry("desk", 2), entry("desk", 1)] },
        });
    });

    it.each<[string, RawConfig, readonly string[]]>([
        ["credentials of one service", { serviceCredentials: '["notifier=2"]' }, ["notifier"]],
        ["a client's token", { gatewayClients: '["relay=2"]' }, ["gateway"]],
        [
            "the object store's keys",
            { objectStoreAccessKey: "OTHER" },
            ["gateway", "analyzer.headers", "analyzer.content", "analyzer.links", "analyzer.attachments"],
        ],
        [
            "the database's host",
            { databaseUrl: "postgresql://owner:pa55@other/spot" },
            ["gateway", "analyzer-orchestrator", "result-processor", "notifier"],
        ],
        ["the owner's password", { databaseUrl: "postgresql://owner:0ther@db.example.com/spot" }, []],
    ])(
        "rolls exactly the services that it concerns, with another value of %s",
        async (_, change, expected) => {
            const values = {
                ...externalDatabase,
                ...store,
                objectStoreAccessKey: "OWN",
                gatewayClients: '["relay"]',
            };
            const before = (await accessOf(values, everything)).shown;
            const after = (await accessOf({ ...values, ...change }, everything)).shown;
            expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(expected);
        },
    );
});

describe("a role of the database", () => {
    it.each([
        ["dev", "gateway", 1, "dev_gateway_1"],
        ["Prod-EU.1", "analyzer-orchestrator", 12, "prod_eu_1_analyzer_orchestrator_12"],
    ])("of stack %s, service %s and generation %d is %s", (stack, service, generation, name) => {
        expect(databaseRole(stack, service, generation).name).toBe(name);
    });

    it.each([
        ["postgresql://o:p@h/d", "postgresql://role:word@h/d"],
        ["postgres://o:p@h:6432/d?sslmode=verify-full", "postgres://role:word@h:6432/d?sslmode=verify-full"],
        ["postgresql://o%40x:p%2Fq@[::1]:5432/d", "postgresql://role:word@[::1]:5432/d"],
    ])("connects where the owner %s does", (owner, expected) => {
        expect(roleUrl(owner, "role", "word")).toBe(expected);
    });
});
