import { type QueueType, queueTypes } from "../model/index.ts";
import { isObject } from "./objectReader.ts";

/** The fields that a topology takes from each list of an export. */
export const definitionsFields = {
    users: ["name", "tags", "limits"],
    vhosts: ["name", "default_queue_type", "metadata"],
    permissions: ["user", "vhost", "configure", "write", "read"],
    topic_permissions: ["user", "vhost", "exchange", "write", "read"],
    exchanges: ["vhost", "name", "type", "durable", "auto_delete", "internal", "arguments"],
    queues: ["vhost", "name", "type", "durable", "auto_delete", "arguments"],
    bindings: ["vhost", "source", "destination", "destination_type", "routing_key", "arguments"],
    policies: ["vhost", "name", "pattern", "apply-to", "priority", "definition"],
    parameters: ["vhost", "component", "name", "value"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The lists of RabbitMQ's definitions, such as `queues`. */
export type DefinitionsList = keyof typeof definitionsFields;

/** Known fields that are ignored: secrets, the broker's own metadata, and redundant fields. */
export const ignoredFields: Readonly<Partial<Record<DefinitionsList, readonly string[]>>> = {
    users: ["password_hash", "hashing_algorithm", "password"],
    vhosts: ["description", "tags", "tracing", "limits", "cluster_state", "protected_from_deletion"],
    bindings: ["properties_key"],
};

/** Known top-level fields of an export that are not checked. */
export const ignoredKeys: readonly string[] = [
    "rabbit_version",
    "rabbitmq_version",
    "product_name",
    "product_version",
    "rabbitmq_definition_format",
    "original_cluster_name",
    "original_vhost_name",
    "explanation",
    "global_parameters",
    "metadata",
    "description",
    "default_queue_type",
    "tags",
    "tracing",
    "limits",
];

/** Tags as a list; brokers up to 3.8 exported them as one text with commas. */
export function tagsOf(tags: unknown): readonly unknown[] {
    if (typeof tags === "string") {
        return tags
            .split(",")
            .map((each) => each.trim())
            .filter((each) => each !== "");
    }
    return Array.isArray(tags) ? (tags as unknown[]) : [];
}

/** A queue type by any of its names; brokers also export the name of its module, such as `rabbit_quorum_queue`. */
export function queueTypeNamed(name: unknown): QueueType | undefined {
    return queueTypes.find((type) => name === type || name === `rabbit_${type}_queue`);
}

/** The name of a queue's type: exports have it as a field or as an argument; exports before 4.0 may have neither. */
export function queueTypeNameOf(queue: Readonly<Record<string, unknown>>): unknown {
    const args = queue["arguments"];
    return queue["type"] ?? (isObject(args) ? args["x-queue-type"] : undefined);
}
