import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/definitions/credentials.ts";
import { documentOf } from "../../src/definitions/jsonDocument.ts";
import { parseDefinitions } from "../../src/definitions/parseDefinitions.ts";

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();
const salt = Buffer.from([0x90, 0x8d, 0xc6, 0x0a]);

/** The hash that a broker stores: the salt, and the digest of salt and password. */
function hashOf(password: string, algorithm: "md5" | "sha256" | "sha512" = "sha256"): string {
    const salted = Buffer.concat([salt, Buffer.from(password)]);
    return Buffer.concat([salt, createHash(algorithm).update(salted).digest()]).toString("base64");
}

function findings(lists: object, isLive = false): readonly string[] {
    const { problems } = parseDefinitions(
        documentOf({ rabbit_version: "4.3.6", vhosts: [{ name: "/" }], ...lists }),
        { digest, isLive },
    );
    return problems.flatMap(({ rule, severity, path }) =>
        rule.includes("assword") ? [`${severity} ${rule} ${path.join(".")}`] : [],
    );
}

function user(rest: object, name = "web"): object {
    return { users: [{ name, tags: [], ...rest }] };
}

const generated = "Zq8-vT2.kL0_xw7Y";

describe("the credentials of a user", () => {
    it.each<[string, object, readonly string[]]>([
        ["a hash of a generated password", user({ password_hash: hashOf(generated) }), []],
        ["no password", user({ password_hash: "" }), []],
        [
            "a plain-text password",
            user({ password: generated }),
            ["warning plainTextPassword users.0.password"],
        ],
        [
            "a plain-text password that is well known",
            user({ password: "changeme" }),
            ["warning plainTextPassword users.0.password", "warning knownPassword users.0.password"],
        ],
        [
            "the name as the password",
            user({ password_hash: hashOf("web") }),
            ["warning knownPassword users.0.password_hash"],
        ],
        [
            "admin with admin",
            user({ password_hash: hashOf("admin") }, "admin"),
            ["warning knownPassword users.0.password_hash"],
        ],
        [
            "guest with the password of every new broker",
            user({ password_hash: hashOf("guest") }, "guest"),
            ["note knownPassword users.0.password_hash"],
        ],
        [
            "a well-known password with SHA-512",
            user({
                password_hash: hashOf("password", "sha512"),
                hashing_algorithm: "rabbit_password_hashing_sha512",
            }),
            ["warning knownPassword users.0.password_hash"],
        ],
        [
            "a well-known password with MD5",
            user({ password_hash: hashOf("guest", "md5"), hashing_algorithm: "rabbit_password_hashing_md5" }),
            ["warning knownPassword users.0.password_hash"],
        ],
        [
            "a well-known password of RabbitMQ 3.5, which had MD5",
            { rabbit_version: "3.5.8", ...user({ password_hash: hashOf("guest", "md5") }) },
            ["warning knownPassword users.0.password_hash"],
        ],
        [
            "a hash of another algorithm",
            user({
                password_hash: hashOf(generated, "sha512"),
                hashing_algorithm: "rabbit_password_hashing_sha256",
            }),
            ["warning unusablePasswordHash users.0.password_hash"],
        ],
        [
            "a hash without the salt",
            user({ password_hash: createHash("sha256").update("x").digest("base64") }),
            ["warning unusablePasswordHash users.0.password_hash"],
        ],
        [
            "Base64 of a word",
            user({ password_hash: btoa("secret") }),
            ["warning unusablePasswordHash users.0.password_hash"],
        ],
        [
            "a hash that is not Base64, which the import verdict reports",
            user({ password_hash: "change_me" }),
            [],
        ],
        ["a placeholder of Helm", user({ password: "{{ .Values.auth.password }}" }), []],
        ["a placeholder of a shell", user({ password: "$" + "{ADMIN_PASSWORD}" }), []],
        ["a placeholder of a README", user({ password: "<admin-pass>" }), []],
        [
            "a well-known password in capitals",
            user({ password: "CHANGEME" }),
            ["warning plainTextPassword users.0.password", "warning knownPassword users.0.password"],
        ],
        [
            "an algorithm of a plugin",
            user({ password_hash: btoa("x"), hashing_algorithm: "own_hashing" }),
            [],
        ],
    ])("%s", (_, lists, expected) => {
        expect(findings(lists)).toEqual(expected);
    });
});

describe("the password in a URI", () => {
    const parameter = (component: string, value: object): object => ({
        parameters: [{ component, vhost: "/", name: "push", value }],
    });
    const uri = `amqp://mover:${generated}@remote:5672/%2F`;

    it.each<[string, object, readonly string[]]>([
        ["of a shovel", parameter("shovel", { "src-uri": uri, "dest-uri": "amqp://" }), ["src-uri"]],
        ["of several brokers", parameter("shovel", { "src-uri": [uri, uri] }), ["src-uri.0", "src-uri.1"]],
        ["of an upstream", parameter("federation-upstream", { uri }), ["uri"]],
        [
            "of an AMQP 1.0 shovel",
            parameter("shovel", { "dest-uri": uri.replace("amqp", "amqps") }),
            ["dest-uri"],
        ],
        [
            "is not there",
            parameter("shovel", { "src-uri": "amqp://mover@remote", "dest-uri": "amqp://remote:5672" }),
            [],
        ],
    ])("%s is reported", (_, lists, fields) => {
        expect(findings(lists)).toEqual(
            fields.map((field) => `warning plainTextPassword parameters.0.value.${field}`),
        );
        expect(findings(lists, true)).toEqual([]);
    });

    it("is not reported if a template fills it in", () => {
        expect(findings(parameter("shovel", { "src-uri": "amqp://mover:{{ .password }}@remote" }))).toEqual(
            [],
        );
    });

    it("is reported as well known too", () => {
        expect(findings(parameter("federation-upstream", { uri: "amqp://guest:guest@remote" }))).toEqual([
            "warning plainTextPassword parameters.0.value.uri",
            "warning knownPassword parameters.0.value.uri",
        ]);
    });
});
