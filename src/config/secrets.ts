import type { ConfigReader } from "./configReader.ts";

/**
 * The keys whose values are encrypted in a stack file. Pulumi.yaml cannot declare them, because the engine would then require them in every
 * stack.
 */
export const secretKeys = [
    "password",
    "databaseUrl",
    "objectStoreAccessKey",
    "objectStoreSecretKey",
    "objectStoreReadAccessKey",
    "objectStoreReadSecretKey",
] as const;

export type SecretKey = (typeof secretKeys)[number];

/** Whether the values of secrets can be read: by the program, which the engine gives them, and not from the stack file. */
export type Secrets = "readable" | "encrypted";

/** Reports secrets that are missing. */
export function requireSecrets(
    reader: ConfigReader,
    secrets: Secrets,
    keys: readonly SecretKey[],
    what: string,
): void {
    for (const key of secrets === "readable" ? keys : []) {
        if (reader.optionalText(key) === undefined) {
            reader.reject(key, "is missing", `set ${what}: pulumi config set --secret spot-messaging:${key}`);
        }
    }
}
