import { posix } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { secretFolder } from "./runtime.ts";

/** A file in {@link secretFolder} that a service reads. */
export interface SecretFile {
    readonly name: "connection.json" | "database.json" | "objectStore.json" | "tokens.json" | AuthorityName;
    readonly content: pulumi.Input<string>;
    /** All of the content that is not secret. If it differs, the file is another one, and the service is rolled. */
    readonly shown: string;
}

type AuthorityName = "database-ca.crt" | "object-store-ca.crt";

/** The environment variables that name files. */
const variables: Readonly<Partial<Record<SecretFile["name"], string>>> = {
    "connection.json": "SPOT_CONNECTION",
    "database.json": "SPOT_DATABASE",
    "objectStore.json": "SPOT_OBJECT_STORE",
    "tokens.json": "SPOT_TOKENS",
};

/** The path of a file inside a container. */
export function secretPath(name: SecretFile["name"]): string {
    return posix.join(secretFolder, name);
}

/** The environment variables that name these files. */
export function secretEnvironment(
    files: readonly Pick<SecretFile, "name">[],
): Readonly<Record<string, string>> {
    return Object.fromEntries(
        files.flatMap(({ name }) => {
            const variable = variables[name];
            return variable === undefined ? [] : [[variable, secretPath(name)]];
        }),
    );
}
