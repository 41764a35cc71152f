import { type Digest, passwordMatches } from "../definitions/credentials.ts";
import type { JsonDocument } from "../definitions/jsonDocument.ts";
import { isObject } from "../definitions/objectReader.ts";
import type { UserReading } from "../readings/brokerReading.ts";

/** What is known of the password that a user should have. */
export type DeclaredPassword =
    | { readonly password: string }
    /** As a broker exports it: Base64 of the salt and the digest. */
    | { readonly passwordHash: string; readonly hashingAlgorithm: string };

/** The password of a user, compared with the declared one. */
export type PasswordState = "same" | "changed" | "set again" | "none" | "unknown";

/**
 * Compares the password of a user with the declared one. A hash has a random salt, so two hashes of one password differ: an unequal hash shows
 * that the password was set again, but not that it is another one.
 */
export function passwordState(
    { passwordHash, hashingAlgorithm }: UserReading,
    declared: DeclaredPassword | undefined,
    digest: Digest,
): PasswordState {
    if (declared === undefined) {
        return "unknown";
    }
    if ("passwordHash" in declared) {
        return declared.passwordHash === passwordHash ? "same" : passwordHash === "" ? "none" : "set again";
    }
    if (passwordHash === "") {
        return declared.password === "" ? "same" : "none";
    }
    const matches = passwordMatches(passwordHash, hashingAlgorithm, declared.password, digest);
    return matches === undefined ? "unknown" : matches ? "same" : "changed";
}

const defaultAlgorithm = "rabbit_password_hashing_sha256";

/** The passwords and the hashes in definitions, by user. */
export function passwordsIn({ value }: JsonDocument): ReadonlyMap<string, DeclaredPassword> {
    const users: readonly unknown[] = isObject(value) && Array.isArray(value["users"]) ? value["users"] : [];
    return new Map(
        users.filter(isObject).flatMap((user): readonly (readonly [string, DeclaredPassword])[] => {
            const { name, password, password_hash: passwordHash, hashing_algorithm: algorithm } = user;
            if (typeof name !== "string") {
                return [];
            }
            if (typeof password === "string") {
                return [[name, { password }]];
            }
            const hashingAlgorithm = typeof algorithm === "string" ? algorithm : defaultAlgorithm;
            return typeof passwordHash === "string" ? [[name, { passwordHash, hashingAlgorithm }]] : [];
        }),
    );
}
