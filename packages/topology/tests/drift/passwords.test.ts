import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { type DeclaredPassword, type PasswordState, passwordState } from "../../src/drift/passwords.ts";

const salt = Buffer.from([1, 2, 3, 4]);

/** As a broker stores a password. */
function hashOf(password: string, algorithm: "md5" | "sha256" | "sha512"): string {
    const digest = createHash(algorithm).update(salt).update(password).digest();
    return Buffer.concat([salt, digest]).toString("base64");
}

const sha256 = hashOf("right", "sha256");
const declaredHash = (passwordHash: string): DeclaredPassword => ({
    passwordHash,
    hashingAlgorithm: "rabbit_password_hashing_sha256",
});

it.each<readonly [string, string, string, DeclaredPassword | undefined, PasswordState]>([
    ["the declared password, SHA-256", sha256, "sha256", { password: "right" }, "same"],
    ["the declared password, SHA-512", hashOf("right", "sha512"), "sha512", { password: "right" }, "same"],
    ["the declared password, MD5", hashOf("right", "md5"), "md5", { password: "right" }, "same"],
    [
        "a password with other characters",
        hashOf("grün €", "sha256"),
        "sha256",
        { password: "grün €" },
        "same",
    ],
    ["another password", sha256, "sha256", { password: "wrong" }, "changed"],
    ["no password", "", "sha256", { password: "right" }, "none"],
    ["no password, as declared", "", "sha256", { password: "" }, "same"],
    ["the hash of the definitions", sha256, "sha256", declaredHash(sha256), "same"],
    ["another hash than the definitions", sha256, "sha256", declaredHash("other"), "set again"],
    ["no hash, unlike the definitions", "", "sha256", declaredHash(sha256), "none"],
    ["an unknown declared password", sha256, "sha256", undefined, "unknown"],
    ["an algorithm of a plugin", sha256, "argon2", { password: "right" }, "unknown"],
    ["a hash of another length", "AAAA", "sha256", { password: "right" }, "unknown"],
])("compares the password of a user that has %s", (_, passwordHash, algorithm, declared, state) => {
    const user = {
        name: "shop",
        tags: [],
        passwordHash,
        hashingAlgorithm: `rabbit_password_hashing_${algorithm}`,
    };
    expect(passwordState(user, declared, (name, bytes) => createHash(name).update(bytes).digest())).toBe(
        state,
    );
});
