import { userLimitKeys, vhostLimitKeys } from "../broker/limits.ts";
import {
    type AppliesTo,
    type ArgumentValue,
    appliesTo,
    type Binding,
    type Exchange,
    type Parameter,
    type Permission,
    type Policy,
    type Queue,
    type TopicPermission,
    type User,
    userTags,
    type Vhost,
    type VhostLimits,
} from "../model/index.ts";
import { quoted } from "../text/names.ts";
import { redactValue } from "../text/redaction.ts";
import { shown } from "../text/shown.ts";
import type { DefinitionsContext } from "./definitionsContext.ts";
import { queueTypeNamed, tagsOf } from "./definitionsFields.ts";
import { isObject, type ObjectReader, objectReader } from "./objectReader.ts";
import { builtInType, exchangeType, queueType } from "./objectTypes.ts";

type Read<T> = (reader: ObjectReader, context: DefinitionsContext) => T;

const vhostOf = (reader: ObjectReader, { onlyVhost }: DefinitionsContext): string =>
    reader.text("vhost", onlyVhost);

export const readVhost: Read<Vhost> = (reader, { problems }) => {
    const metadata = reader.object["metadata"];
    const typeName =
        reader.object["default_queue_type"] ??
        (isObject(metadata) ? metadata["default_queue_type"] : undefined);
    const defaultQueueType = queueTypeNamed(typeName);
    // Brokers export the text "undefined" for a virtual host without a default queue type.
    if (
        defaultQueueType === undefined &&
        typeName !== undefined &&
        typeName !== null &&
        typeName !== "undefined"
    ) {
        problems.count({
            rule: "uncheckedContent",
            place: reader.place,
            message: `"default_queue_type" is ${shown(typeName)}, which no supported broker version knows`,
            fix: "correct or remove it; the checks ignore it",
            path: [...reader.path, "default_queue_type"],
        });
    }
    // An import reads the protection only from the metadata; the HTTP API shows it as a field of the virtual host.
    const isProtected = isObject(metadata) && metadata["protected_from_deletion"] === true;
    return {
        name: reader.text("name"),
        ...(defaultQueueType !== undefined && { defaultQueueType }),
        ...(isProtected && { protectedFromDeletion: true }),
    };
};

/** The limits of a virtual host, which the broker stores as a runtime parameter. */
export function readVhostLimits(
    reader: ObjectReader,
    context: DefinitionsContext,
): { readonly vhost: string; readonly limits: VhostLimits } {
    return { vhost: vhostOf(reader, context), limits: readLimits(reader, "value", vhostLimitKeys, context) };
}

/** A table of limits. The broker reads a negative number as no limit, and refuses an unknown limit. */
function readLimits<Field extends string>(
    reader: ObjectReader,
    field: string,
    keys: Readonly<Record<Field, string>>,
    { problems }: DefinitionsContext,
): Readonly<Partial<Record<Field, number>>> {
    const table = reader.table(field);
    const inner = objectReader(
        { name: reader.object["name"], ...table },
        [...reader.path, field],
        problems,
        reader,
    );
    const fields = Object.entries<string>(keys);
    const known = fields.map(([, key]) => key);
    for (const key of Object.keys(table).filter((each) => !known.includes(each))) {
        inner.reject(key, `only ${quoted(known, " and ")}`);
    }
    return Object.fromEntries(
        fields.flatMap(([name, key]) => {
            const value = inner.integer(key, -1);
            return value < 0 ? [] : [[name, value]];
        }),
    ) as Partial<Record<Field, number>>; // the fields are those of the keys
}

export const readUser: Read<User> = (reader, context) => {
    const { problems } = context;
    const tags = reader.object["tags"];
    if (tags !== undefined && tags !== null && typeof tags !== "string" && !Array.isArray(tags)) {
        reader.reject("tags", "a list of tags, or one text with commas");
    }
    const named = tagsOf(tags);
    const unknown = named.filter((tag) => !userTags.some((known) => known === tag));
    if (unknown.length > 0) {
        problems.count({
            rule: "uncheckedContent",
            place: reader.place,
            message: `tags ${unknown.map(shown).join(", ")} have no meaning for the broker`,
            fix: "remove them, unless another program reads them",
            path: [...reader.path, "tags"],
        });
    }
    const limits = readLimits(reader, "limits", userLimitKeys, context);
    return {
        name: reader.text("name"),
        tags: userTags.filter((tag) => named.includes(tag)).sort(),
        ...(Object.keys(limits).length > 0 && { limits }),
    };
};

export const readPermission: Read<Permission> = (reader, context) => ({
    user: reader.text("user"),
    vhost: vhostOf(reader, context),
    configure: reader.text("configure"),
    write: reader.text("write"),
    read: reader.text("read"),
});

export const readTopicPermission: Read<TopicPermission> = (reader, context) => ({
    user: reader.text("user"),
    vhost: vhostOf(reader, context),
    exchange: reader.text("exchange"),
    write: reader.text("write"),
    read: reader.text("read"),
});

export const readExchange: Read<Exchange> = (reader, context) => ({
    vhost: vhostOf(reader, context),
    name: reader.text("name"),
    type: builtInType(reader, context) ?? exchangeType(reader, context),
    durable: reader.flag("durable", true),
    autoDelete: reader.flag("auto_delete", false),
    internal: reader.flag("internal", false),
    arguments: reader.table("arguments"),
});

export const readQueue: Read<Queue> = (reader, context) => {
    const vhost = vhostOf(reader, context);
    // In the model, the type is a separate field.
    const args = Object.entries(reader.table("arguments")).filter(([key]) => key !== "x-queue-type");
    return {
        vhost,
        name: reader.text("name"),
        type: queueType(reader, context.vhosts.get(vhost), context),
        durable: reader.flag("durable", true),
        autoDelete: reader.flag("auto_delete", false),
        arguments: Object.fromEntries(args),
        retain: false,
    };
};

export const readBinding: Read<Binding> = (reader, context) => {
    const destinationType = reader.text("destination_type", "queue");
    if (destinationType !== "queue" && destinationType !== "exchange") {
        reader.reject("destination_type", '"queue" or "exchange"');
    }
    return {
        vhost: vhostOf(reader, context),
        source: reader.text("source"),
        destination: reader.text("destination"),
        destinationType: destinationType === "exchange" ? "exchange" : "queue",
        routingKey: reader.text("routing_key", ""),
        arguments: reader.table("arguments"),
    };
};

export const readPolicy: Read<Policy> = (reader, context) => {
    const applyTo = reader.text("apply-to", "all");
    const known = appliesTo.find((each) => each === applyTo);
    if (known === undefined) {
        reader.reject("apply-to", `one of ${quoted(appliesTo)}`);
    }
    return {
        vhost: vhostOf(reader, context),
        name: reader.text("name"),
        pattern: reader.text("pattern"),
        applyTo: known ?? ("all" satisfies AppliesTo),
        precedence: reader.integer("priority", 0),
        // No setting is a secret, but a file may have one in the wrong place.
        definition: redactValue(reader.table("definition")),
    };
};

export const readParameter: Read<Parameter> = (reader, context) => ({
    vhost: vhostOf(reader, context),
    component: reader.text("component"),
    name: reader.text("name", ""),
    value: redactValue((reader.object["value"] ?? null) as ArgumentValue), // a value of JSON
});

/** A policy that is stored as a runtime parameter, as brokers export operator policies; its settings are in `value`. */
export function readStoredPolicy(reader: ObjectReader, context: DefinitionsContext): Policy | undefined {
    const { value } = reader.object;
    if (!isObject(value)) {
        reader.reject("value", "a policy: a table with pattern and definition");
        return undefined;
    }
    const { name, vhost } = reader.object;
    const inner = objectReader({ ...value, name, vhost }, [...reader.path, "value"], context.problems);
    const policy = readPolicy(inner, context);
    return inner.isInvalid() ? undefined : policy;
}
