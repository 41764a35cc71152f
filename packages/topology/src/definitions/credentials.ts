import { decodeBase64 } from "../text/base64.ts";
import type { InputProblems } from "./inputProblem.ts";
import type { JsonPath } from "./jsonDocument.ts";
import { isObject, type JsonObject, placeAt } from "./objectReader.ts";

/** The hashing algorithms of RabbitMQ. */
export type HashAlgorithm = "md5" | "sha256" | "sha512";

/** The digest of bytes, such as `node:crypto` computes it. */
export type Digest = (algorithm: HashAlgorithm, bytes: Uint8Array) => Uint8Array;

/** How credentials are checked. */
export interface CredentialOptions {
    /** Whether a broker has just exported them: then no file contains the passwords. */
    readonly isLive: boolean;
    /** @default - hashes are not compared with well-known passwords */
    readonly digest?: Digest;
}

const saltBytes = 4;

const algorithms: Readonly<Record<string, { readonly name: HashAlgorithm; readonly bytes: number }>> = {
    rabbit_password_hashing_md5: { name: "md5", bytes: 16 },
    rabbit_password_hashing_sha256: { name: "sha256", bytes: 32 },
    rabbit_password_hashing_sha512: { name: "sha512", bytes: 64 },
};

/** Passwords that are tried first, besides the name of the user. */
const wellKnown = [
    "guest",
    "admin",
    "administrator",
    "password",
    "passw0rd",
    "Password1",
    "P@ssw0rd",
    "changeme",
    "change_me",
    "change-me",
    "rabbitmq",
    "rabbit",
    "secret",
    "default",
    "root",
    "test",
    "user",
    "mq",
    "bugs",
    "1234",
    "12345",
    "123456",
    "12345678",
    "123456789",
    "qwerty",
];

/** Reports passwords that others can read or guess, and hashes that fit no password. No message contains a password or a hash. */
export function reportCredentials(
    exported: JsonObject,
    problems: InputProblems,
    { isLive, digest }: CredentialOptions,
): void {
    const isBefore36 = /^(?:v?[12]\.|v?3\.[0-5]\.)/.test(String(exported["rabbit_version"]));
    const defaultAlgorithm = `rabbit_password_hashing_${isBefore36 ? "md5" : "sha256"}`;
    for (const [index, user] of elements(exported["users"])) {
        const path = ["users", index];
        const place = placeAt(path, user["name"]);
        const { name, password, password_hash: hash, hashing_algorithm: algorithm } = user;
        if (typeof password === "string" && password !== "" && !isPlaceholder(password)) {
            problems.add({
                rule: "plainTextPassword",
                place,
                message: 'has a plain-text "password"; each reader of the file knows it',
                fix: 'give the "password_hash" that rabbitmqctl hash_password prints, and change the password',
                path: [...path, "password"],
            });
            if (isWellKnown(password, name)) {
                problems.add(knownPassword(place, name, [...path, "password"]));
            }
        }
        if (typeof hash === "string" && hash !== "") {
            const { name: digestName, bytes } =
                algorithms[typeof algorithm === "string" ? algorithm : defaultAlgorithm] ?? {};
            const salted = decodeBase64(hash);
            if (salted === undefined || digestName === undefined || bytes === undefined) {
                continue; // the import verdict reports a hash that is not Base64
            }
            const at = [...path, "password_hash"];
            if (salted.length !== saltBytes + bytes) {
                problems.add({
                    rule: "unusablePasswordHash",
                    place,
                    message: `has a "password_hash" of ${salted.length} bytes, but ${digestName} has ${saltBytes + bytes} with the salt, so no password fits`,
                    fix: 'give what "rabbitmqctl hash_password" prints, or correct "hashing_algorithm"',
                    path: at,
                });
            } else if (digest !== undefined && hasWellKnownPassword(salted, name, digestName, digest)) {
                problems.add(knownPassword(place, name, at));
            }
        }
    }
    if (!isLive) {
        for (const list of ["parameters", "global_parameters"]) {
            for (const [index, parameter] of elements(exported[list])) {
                const path = [list, index];
                reportUris(
                    parameter["value"],
                    [...path, "value"],
                    placeAt(path, parameter["name"]),
                    problems,
                );
            }
        }
    }
}

function elements(list: unknown): readonly (readonly [number, JsonObject])[] {
    return Array.isArray(list)
        ? list.flatMap((each: unknown, index) => (isObject(each) ? [[index, each] as const] : []))
        : [];
}

function isWellKnown(password: string, user: unknown): boolean {
    return password === user || [password, password.toLowerCase()].some((each) => wellKnown.includes(each));
}

/** Whether a template or a shell fills in the text later: `{{ .Values.password }}`, `${PASSWORD}`, `<password>`. */
function isPlaceholder(text: string): boolean {
    return /^(?:\{\{.*\}\}|\$\{.*\}|\$\(.*\)|\$[A-Za-z_]\w*|<[^>]+>|%\w+%|__\w+__)$/.test(text);
}

function hasWellKnownPassword(
    salted: Uint8Array,
    user: unknown,
    algorithm: HashAlgorithm,
    digest: Digest,
): boolean {
    return [...wellKnown, ...(typeof user === "string" ? [user] : [])].some((password) =>
        isHashOf(password, salted, algorithm, digest),
    );
}

function isHashOf(password: string, salted: Uint8Array, algorithm: HashAlgorithm, digest: Digest): boolean {
    const salt = salted.subarray(0, saltBytes);
    const wanted = salted.subarray(saltBytes);
    const found = digest(algorithm, Uint8Array.from([...salt, ...new TextEncoder().encode(password)]));
    return wanted.every((byte, index) => byte === found[index]);
}

/**
 * Whether a broker accepts the password of a user with this hash; `undefined` if the hash cannot be read.
 * @param hash Base64 of the salt and the digest
 * @param algorithm such as `rabbit_password_hashing_sha256`
 */
export function passwordMatches(
    hash: string,
    algorithm: string,
    password: string,
    digest: Digest,
): boolean | undefined {
    const { name, bytes } = algorithms[algorithm] ?? {};
    const salted = decodeBase64(hash);
    return name === undefined || bytes === undefined || salted?.length !== saltBytes + bytes
        ? undefined
        : isHashOf(password, salted, name, digest);
}

function knownPassword(place: string, user: unknown, path: JsonPath): Parameters<InputProblems["add"]>[0] {
    const isDefault = user === "guest";
    return {
        rule: "knownPassword",
        // Every new broker has this user, which can connect only from localhost.
        ...(isDefault && { severity: "note" as const }),
        place,
        message: isDefault
            ? "has the password of every new broker"
            : "has a password that is tried first in an attack: the name of the user, or a frequent password",
        fix: isDefault ? "delete the user, or change its password" : "change the password",
        path,
    };
}

const userInfo = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)@/i;

/** Reports every URI with a password in the value of a parameter. */
function reportUris(value: unknown, path: JsonPath, place: string, problems: InputProblems): void {
    if (typeof value === "string") {
        const [user = "", password = ""] = (userInfo.exec(value)?.[1] ?? "").split(/:(.*)/s, 2);
        if (password === "" || isPlaceholder(password)) {
            return;
        }
        const field = path.findLast((each) => typeof each === "string");
        problems.add({
            rule: "plainTextPassword",
            place,
            message: `"${String(field)}" contains a password; each reader of the file knows it`,
            fix: "keep the file like a password, and use a user that may do nothing else",
            path,
        });
        if (isWellKnown(decoded(password), decoded(user))) {
            problems.add({
                rule: "knownPassword",
                place,
                message: `"${String(field)}" contains a password that is tried first in an attack: the name of the user, or a frequent password`,
                fix: "use a user of its own with a generated password",
                path,
            });
        }
    } else if (Array.isArray(value)) {
        for (const [index, each] of value.entries()) {
            reportUris(each, [...path, index], place, problems);
        }
    } else if (isObject(value)) {
        for (const [key, each] of Object.entries(value)) {
            reportUris(each, [...path, key], place, problems);
        }
    }
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
