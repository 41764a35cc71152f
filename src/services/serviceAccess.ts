import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { generationsOf } from "../environment/credentials.ts";
import { gatewayName, handlesMails, statefulServices } from "../environment/deployment.ts";
import type { Environment } from "../environment/environment.ts";
import type { Database, S3Store } from "../environment/state.ts";
import {
    type DatabaseRole,
    databaseDocument,
    databaseRole,
    rolesDocument,
    roleUrl,
    schemaOf,
} from "./runtime/database.ts";
import { objectStoreDocument } from "./runtime/objectStore.ts";
import { databaseAuthorityFile } from "./runtime/runtime.ts";
import { type SecretFile, secretPath } from "./runtime/secretFile.ts";
import { type Token, tokensDocument } from "./runtime/tokens.ts";

/** The secrets that only the stack's file has. */
export interface GivenSecrets {
    /** The URL of the owner of an external database. */
    readonly databaseUrl?: pulumi.Output<string>;
    readonly objectStoreKeys?: StoreKeyOutputs;
    /** @default - those of `objectStoreKeys` */
    readonly objectStoreReadKeys?: StoreKeyOutputs;
}

interface StoreKeyOutputs {
    readonly accessKey: pulumi.Output<string>;
    readonly secretKey: pulumi.Output<string>;
}

export interface ServiceAccessArgs {
    readonly environment: Pick<
        Environment,
        "stack" | "credentials" | "database" | "objectStore" | "gateway" | "analyzers"
    >;
    readonly given: GivenSecrets;
    /** The address of the stack's own database, `host:port/name`. */
    readonly ownDatabase?: string;
}

/** The owner of the stack's own database. */
export const databaseOwner = "spot";

const letters = { length: 40, special: false } as const;

/** What the services need to reach database and object store, and the tokens of the gateway's clients. */
export class ServiceAccess extends pulumi.ComponentResource {
    /** The tokens of the gateway's clients: by the client's name, with `-2` and so on from the second generation. */
    readonly tokens: pulumi.Output<Readonly<Record<string, string>>>;
    /** The owner's password of the stack's own database. */
    readonly ownerPassword: pulumi.Output<string> | undefined;
    /** The files with which roles are created and schemas migrated; empty without a database server. */
    readonly ownerFiles: readonly SecretFile[];
    /** The content of the roles file; changes with every role. */
    readonly roles: { readonly content: pulumi.Output<string>; readonly shown: string } | undefined;
    private readonly files: ReadonlyMap<string, readonly SecretFile[]>;

    constructor(name: string, args: ServiceAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:ServiceAccess", name, {}, opts);
        const { environment } = args;
        const { stack, credentials, database, objectStore } = environment;
        const tokens = this.clientTokens(name, environment);
        this.tokens = pulumi.secret(
            pulumi
                .all(tokens.map(({ token }) => token))
                .apply((each) =>
                    Object.fromEntries(each.map((token, index) => [tokens[index]?.key ?? "", token])),
                ),
        );
        this.ownerPassword =
            database.kind === "cluster"
                ? new random.RandomPassword(`${name}-database-owner`, letters, { parent: this }).result
                : undefined;
        const ownerUrl = this.ownerUrl(args);
        const roles =
            database.kind === "embedded"
                ? []
                : statefulServices.flatMap((service) =>
                      generationsOf(service, credentials).map((generation) => ({
                          ...databaseRole(stack, service, generation),
                          password: new random.RandomPassword(
                              `${name}-role-${schemaOf(service)}-${generation}`,
                              letters,
                              { parent: this },
                          ).result,
                      })),
                  );
        this.roles = roles.length === 0 ? undefined : rolesFile(roles);
        const address = args.ownDatabase ?? (database.kind === "external" ? (database.address ?? "") : "");
        this.ownerFiles =
            database.kind === "embedded" ? [] : databaseFiles(database, ownerUrl, { name: "owner", address });
        this.files = new Map(
            [...statefulServices, ...environment.analyzers.map((each) => `analyzer.${each}`)].map(
                (service) => {
                    // The first of several generations is the current one.
                    const role = roles.find(({ schema }) => schema === schemaOf(service));
                    const url =
                        role === undefined
                            ? undefined
                            : pulumi
                                  .all([ownerUrl, role.password])
                                  .apply(([owner, password]) => roleUrl(owner, role.name, password));
                    return [
                        service,
                        [
                            ...(role === undefined || url === undefined || database.kind === "embedded"
                                ? []
                                : databaseFiles(database, url, { name: role.name, address })),
                            ...(objectStore.kind === "s3"
                                ? storeFiles(service, objectStore, args.given)
                                : []),
                            ...(service === gatewayName && tokens.length > 0 ? [tokensFile(tokens)] : []),
                        ],
                    ];
                },
            ),
        );
        this.registerOutputs({});
    }

    /** The files of a service, besides that of its connection to the broker. */
    filesOf(service: string): readonly SecretFile[] {
        return this.files.get(service) ?? [];
    }

    private ownerUrl({ given, ownDatabase }: ServiceAccessArgs): pulumi.Output<string> {
        if (this.ownerPassword === undefined) {
            return given.databaseUrl ?? pulumi.output("");
        }
        return this.ownerPassword.apply(
            (password) => `postgresql://${databaseOwner}:${password}@${ownDatabase ?? ""}`,
        );
    }

    private clientTokens(
        name: string,
        { gateway, credentials }: ServiceAccessArgs["environment"],
    ): readonly ClientToken[] {
        return gateway.clients.flatMap((client) => {
            const generations = generationsOf(client.name, {
                ...credentials,
                generation: client.generation ?? credentials.generation,
                services: {},
            });
            return generations.map((generation) => {
                const key = generation === 1 ? client.name : `${client.name}-${generation}`;
                const { result } = new random.RandomPassword(
                    `${name}-token-${client.name}-${generation}`,
                    letters,
                    { parent: this },
                );
                return { key, name: client.name, token: result };
            });
        });
    }
}

interface ClientToken {
    readonly key: string;
    readonly name: string;
    readonly token: pulumi.Output<string>;
}

function tokensFile(tokens: readonly ClientToken[]): SecretFile {
    const content = pulumi
        .all(tokens.map(({ token }) => token))
        .apply((each) =>
            tokensDocument(each.map((token, index): Token => ({ name: tokens[index]?.name ?? "", token }))),
        );
    return { name: "tokens.json", content, shown: tokens.map(({ key }) => key).join(" ") };
}

function rolesFile(
    roles: readonly (DatabaseRole & { readonly password: pulumi.Output<string> })[],
): ServiceAccess["roles"] {
    const content = pulumi
        .all(roles.map(({ password }) => password))
        .apply((passwords) =>
            rolesDocument(roles.map((role, index) => ({ ...role, password: passwords[index] ?? "" }))),
        );
    return { content, shown: roles.map(({ name }) => name).join(" ") };
}

function databaseFiles(
    database: Exclude<Database, { kind: "embedded" }>,
    url: pulumi.Output<string>,
    shown: { readonly name: string; readonly address: string },
): readonly SecretFile[] {
    const authority = database.kind === "external" ? database.authority : undefined;
    const ca =
        database.kind === "cluster"
            ? databaseAuthorityFile
            : authority === undefined
              ? null
              : secretPath("database-ca.crt");
    return [
        {
            name: "database.json",
            content: url.apply((each) => databaseDocument(each, ca)),
            shown: JSON.stringify([shown, ca]),
        },
        ...(authority === undefined
            ? []
            : [{ name: "database-ca.crt", content: authority, shown: authority } as const]),
    ];
}

/** Analyzers only read; the gateway writes and deletes. No other service has keys. */
function storeFiles(service: string, store: S3Store, given: GivenSecrets): readonly SecretFile[] {
    const isAnalyzer = service.startsWith("analyzer.");
    const keys = isAnalyzer ? (given.objectStoreReadKeys ?? given.objectStoreKeys) : given.objectStoreKeys;
    if (keys === undefined || !handlesMails(service)) {
        return [];
    }
    const { authority } = store;
    const ca = authority === undefined ? null : secretPath("object-store-ca.crt");
    const content = pulumi
        .all([keys.accessKey, keys.secretKey])
        .apply(([accessKeyId, secretAccessKey]) =>
            objectStoreDocument(store, { accessKeyId, secretAccessKey }, ca),
        );
    const { endpoint, bucket, prefix, region, keyHash } = store;
    return [
        {
            name: "objectStore.json",
            content: pulumi.secret(content),
            shown: JSON.stringify([endpoint, bucket, prefix, region, keyHash, ca]),
        },
        ...(authority === undefined
            ? []
            : [{ name: "object-store-ca.crt", content: authority, shown: authority } as const]),
    ];
}
