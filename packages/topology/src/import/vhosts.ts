import { isObject } from "../definitions/objectReader.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import { checkQueueType } from "./queueType.ts";

/**
 * What an import refuses of a virtual host. It reads the default queue type from "metadata" only.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_vhost.erl put_vhost
 */
export function checkVhost(vhost: ImportObject): void {
    const { object, refuse, demand, file } = vhost;
    demand("name", ["text"], "a text");
    demand("tracing", ["absent", "flag"], "true or false");
    const { metadata } = object;
    if (metadata !== undefined && !isObject(metadata)) {
        if (!file.has("anyVhostMetadata")) {
            refuse("metadata", `"metadata" is ${describeValue(metadata)}`, "give a table, such as {}");
        }
    } else {
        checkDefaultQueueType(vhost, metadata?.["default_queue_type"]);
    }
    const isOwn = object["tags"] !== undefined;
    const tags = isOwn ? object["tags"] : isObject(metadata) ? metadata["tags"] : undefined;
    const at = isOwn ? ["tags"] : ["metadata", "tags"];
    const wrong = wrongTag(
        tags,
        (value, index) => file.kindOf(value, [...vhost.path, ...at, index]) === "integer",
    );
    if (wrong !== undefined) {
        refuse(at, `"tags" ${wrong}`, "give a list of texts, or one text with commas");
    }
}

function checkDefaultQueueType(vhost: ImportObject, type: unknown): void {
    // A virtual host without one says "undefined", in this very word.
    const isAbsent =
        type === undefined ||
        type === "undefined" ||
        (vhost.file.has("emptyDefaultQueueType") && (type === "" || type === null));
    if (!isAbsent) {
        checkQueueType(vhost, ["metadata", "default_queue_type"], type, "vhost");
    }
}

/** What is wrong with tags: the broker reads a text, a list of texts, and a list of character codes. */
function wrongTag(tags: unknown, isInteger: (value: unknown, index: number) => boolean): string | undefined {
    if (tags === undefined || tags === null) {
        return undefined;
    }
    if (typeof tags === "string") {
        return tags.split(",").some((each) => each.trim().length > 255)
            ? "has a tag of more than 255 characters"
            : undefined;
    }
    if (!Array.isArray(tags)) {
        return `is ${describeValue(tags)}`;
    }
    const elements: readonly unknown[] = tags;
    const [first] = elements;
    const isCodes = isInteger(first, 0) && isCode(first);
    const isKnownFirst = typeof first === "string" || typeof first === "boolean" || first === null || isCodes;
    if (elements.length > 0 && !isKnownFirst) {
        return `has ${describeValue(first)}`;
    }
    const wrong = elements.find((each, index) =>
        isCodes ? typeof each !== "string" && !(isInteger(each, index) && isCode(each)) : !isTag(each),
    );
    return wrong === undefined ? undefined : `has ${describeValue(wrong)}`;
}

function isTag(tag: unknown): boolean {
    return (
        (typeof tag === "string" && tag.trim().length <= 255) ||
        typeof tag === "boolean" ||
        tag === null ||
        (Array.isArray(tag) && tag.every((each) => typeof each === "string" || isCode(each)))
    );
}

function isCode(value: unknown): boolean {
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 0x11_0000;
}
