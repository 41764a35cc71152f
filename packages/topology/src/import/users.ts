import { userLimitKeys } from "../broker/limits.ts";
import { isObject } from "../definitions/objectReader.ts";
import { quoted, suggestName } from "../text/names.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import { checkRegularExpression } from "./regularExpression.ts";

/** What the broker stores as an Erlang atom has this many characters at most. */
const longestAtom = 255;

/** From 4.3.1 on. */
const maxTags = 32;

/**
 * What an import refuses of a user.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_auth_backend_internal.erl put_user
 */
export function checkUser(user: ImportObject): void {
    user.demand("name", ["text"], "a text");
    checkTags(user);
    checkPassword(user);
    checkLimits(user);
    checkInitialPermissions(user);
}

/** The broker imports users concurrently, and fails if two processes create the same user. With many users between the two, it overwrites the first. */
export function checkRepeatedUser(user: ImportObject, known: ReadonlySet<unknown>): void {
    const name = user.object["name"];
    if (typeof name === "string" && known.has(name)) {
        user.refuse(
            "name",
            `user ${quoted([name])} occurs twice, and the import fails if it creates both at the same time`,
            "keep one of them",
            "the broker has the user already, or creates them in order",
        );
    }
}

function checkTags({ object, kindOf, refuse, file, path }: ImportObject): void {
    const { tags, administrator } = object;
    if (tags === undefined && administrator !== undefined) {
        // Before 2.4 a user was an administrator or not; brokers still read that.
        if (![true, false, "true", "false"].some((each) => each === administrator)) {
            refuse(
                "administrator",
                `"administrator" is ${describeValue(administrator)}`,
                "give true or false",
            );
        }
        return;
    }
    const kind = kindOf("tags");
    if (kind !== "text" && kind !== "list") {
        refuse(
            "tags",
            tags === undefined ? '"tags" is missing' : `"tags" is ${describeValue(tags)}`,
            'give a list, such as [] or ["monitoring"]',
        );
        return;
    }
    const named: readonly unknown[] =
        typeof tags === "string"
            ? tags.split(",").filter((each) => each !== "")
            : (tags as readonly unknown[]);
    const wrong = named.find(
        (each, index) =>
            !isTag(each) ||
            (typeof each === "number" && file.kindOf(each, [...path, "tags", index]) === "float"),
    );
    if (wrong !== undefined) {
        refuse("tags", `"tags" has ${describeValue(wrong)}`, `give texts of up to ${longestAtom} characters`);
    }
    if (file.has("userTagLimit") && named.length > maxTags) {
        refuse(
            "tags",
            `"tags" has ${named.length} tags; RabbitMQ ${file.version} allows ${maxTags}`,
            "remove some",
        );
    }
}

/** The broker makes an atom of each, which it can of more than texts. */
function isTag(tag: unknown): boolean {
    return typeof tag === "string"
        ? isAtomText(tag.trim())
        : tag === null ||
              typeof tag === "boolean" ||
              Number.isInteger(tag) ||
              (Array.isArray(tag) &&
                  tag.every((each) => Number.isInteger(each) && each >= 0 && each < 0x11_0000)) ||
              (isObject(tag) && Object.keys(tag).length === 0);
}

function isAtomText(text: string): boolean {
    return Array.from(text).length <= longestAtom;
}

function checkPassword({ object, kindOf, refuse }: ImportObject): void {
    const { password, password_hash: hash } = object;
    if (password !== undefined && hash !== undefined) {
        refuse("password", 'has "password" and "password_hash"', "keep one of them");
        return;
    }
    if (password !== undefined && kindOf("password") !== "text") {
        // A password must not be shown.
        refuse("password", '"password" is not a text', "give a text, or a password_hash");
    }
    if (hash === undefined) {
        return;
    }
    if (!isBase64(hash)) {
        refuse(
            "password_hash",
            '"password_hash" is not Base64',
            'give what "rabbitmqctl hash_password" prints, or the hash that a broker exported',
        );
    }
    const { hashing_algorithm: algorithm } = object;
    const isAtom =
        algorithm === undefined ||
        algorithm === null ||
        typeof algorithm === "boolean" ||
        (typeof algorithm === "string" && isAtomText(algorithm)) ||
        (Array.isArray(algorithm) && algorithm.every((each) => Number.isInteger(each)));
    if (!isAtom) {
        refuse(
            "hashing_algorithm",
            `"hashing_algorithm" is ${describeValue(algorithm)}`,
            'give a text, such as "rabbit_password_hashing_sha256"',
        );
    }
}

/** The broker passes over white space. */
function isBase64(value: unknown): boolean {
    return typeof value === "string"
        ? /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(
              value.replaceAll(/[\t\n\r ]/g, ""),
          )
        : Array.isArray(value) && value.length === 0;
}

const limitKeys: readonly string[] = Object.values(userLimitKeys);

function checkLimits({ object, refuse, file, path }: ImportObject): void {
    const { limits } = object;
    if (limits === undefined) {
        return;
    }
    if (!isObject(limits)) {
        refuse("limits", `"limits" is ${describeValue(limits)}`, "give a table, such as {}");
        return;
    }
    for (const [key, value] of Object.entries(limits)) {
        if (!limitKeys.includes(key)) {
            refuse(
                ["limits", key],
                `"limits" has "${key}"`,
                suggestName(key, limitKeys, `only ${quoted(limitKeys, " and ")} are allowed`),
            );
        } else if (file.kindOf(value, [...path, "limits", key]) !== "integer") {
            refuse(["limits", key], `"${key}" is ${describeValue(value)}`, "give an integer");
        }
    }
}

/** Permissions that come with a user: no broker exports them, and every broker imports them. */
function checkInitialPermissions(user: ImportObject): void {
    const { object, refuse } = user;
    const { permissions } = object;
    if (permissions === undefined) {
        return;
    }
    if (!isObject(permissions)) {
        refuse(
            "permissions",
            `"permissions" is ${describeValue(permissions)}`,
            "give permissions in a list of the file",
        );
        return;
    }
    for (const [vhost, each] of Object.entries(permissions)) {
        for (const field of ["configure", "write", "read"]) {
            checkRegularExpression(
                user,
                ["permissions", vhost, field],
                isObject(each) ? each[field] : undefined,
            );
        }
    }
}
