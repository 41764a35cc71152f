import type { DefinitionsList } from "../definitions/definitionsFields.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { brokerArguments } from "./brokerArguments.ts";
import { definitionValue } from "./definitionValue.ts";

/** An object that a resource declares on the broker, as the broker's definitions would list it. */
export interface DeclaredObject {
    readonly list: DefinitionsList | "operator_policies";
    readonly object: JsonObject;
}

/** Converts the properties of a resource back to broker definitions. */
interface Reader {
    /** The properties that are read; others may be unknown. */
    readonly keys: readonly string[];
    readonly read: (properties: JsonObject) => readonly DeclaredObject[];
}

/** The provider's default virtual host. */
export const defaultVhost = "/";

const policyKeys = ["name", "vhost", "policy"];

/** Reads a policy or operator policy, whose definition is a map of texts. */
function policyOf({ policy, ...rest }: JsonObject): JsonObject {
    const { applyTo, definition, ...same } = tableOf(policy);
    const values = isObject(definition)
        ? Object.fromEntries(
              Object.entries(definition).map(([key, value]) => [
                  key,
                  typeof value === "string" ? definitionValue(key, value) : value,
              ]),
          )
        : definition;
    return { ...rest, ...same, "apply-to": applyTo, definition: values };
}

/** Invalid values stay unchanged: the reader of the definitions reports them. */
function argumentsOf(inputs: JsonObject): unknown {
    const { arguments: texts, argumentsJson } = inputs;
    const given = {
        ...(isObject(texts) && { arguments: readableTexts(texts) }),
        ...(typeof argumentsJson === "string" && { argumentsJson }),
    };
    try {
        return brokerArguments(given);
    } catch {
        return argumentsJson;
    }
}

/** The provider sends numbers and booleans as texts. Other values, such as those not known before the update, are left out. */
function readableTexts(texts: JsonObject): Readonly<Record<string, string>> {
    return Object.fromEntries(
        Object.entries(texts).flatMap(([key, value]) =>
            ["string", "number", "boolean"].includes(typeof value) ? [[key, String(value)]] : [],
        ),
    );
}

function tableOf(value: unknown): JsonObject {
    return isObject(value) ? value : {};
}

const readers: Readonly<Record<string, Reader>> = {
    "rabbitmq:index/vHost:VHost": {
        keys: ["name"],
        read: (object) => [{ list: "vhosts", object }],
    },
    "rabbitmq:index/user:User": {
        keys: ["name", "tags"],
        read: ({ name, tags }) => [{ list: "users", object: { name, tags: tags ?? [] } }],
    },
    "rabbitmq:index/permissions:Permissions": {
        keys: ["user", "vhost", "permissions"],
        read: ({ permissions, ...rest }) => [
            { list: "permissions", object: { ...rest, ...tableOf(permissions) } },
        ],
    },
    // One resource has the topic permissions of a user for all exchanges.
    "rabbitmq:index/topicPermissions:TopicPermissions": {
        keys: ["user", "vhost", "permissions"],
        read: ({ permissions, ...rest }) =>
            (Array.isArray(permissions) ? permissions : [permissions]).map((each) => ({
                list: "topic_permissions",
                object: { ...rest, ...tableOf(each) },
            })),
    },
    "rabbitmq:index/exchange:Exchange": {
        keys: ["name", "vhost", "settings"],
        read: ({ settings, ...rest }) => {
            const { type, durable, autoDelete, arguments: args } = tableOf(settings);
            const object = { ...rest, type, durable: durable ?? false, auto_delete: autoDelete ?? false };
            return [{ list: "exchanges", object: { ...object, arguments: args ?? {} } }];
        },
    },
    "rabbitmq:index/queue:Queue": {
        keys: ["name", "vhost", "settings"],
        read: ({ settings, ...rest }) => {
            const given = tableOf(settings);
            const { durable, autoDelete } = given;
            const object = { ...rest, durable: durable ?? false, auto_delete: autoDelete ?? false };
            return [{ list: "queues", object: { ...object, arguments: argumentsOf(given) } }];
        },
    },
    "rabbitmq:index/binding:Binding": {
        keys: [
            "vhost",
            "source",
            "destination",
            "destinationType",
            "routingKey",
            "arguments",
            "argumentsJson",
        ],
        read: ({ vhost, source, destination, destinationType, routingKey, ...rest }) => {
            const object = { vhost, source, destination, destination_type: destinationType };
            return [
                {
                    list: "bindings",
                    object: { ...object, routing_key: routingKey ?? "", arguments: argumentsOf(rest) },
                },
            ];
        },
    },
    "rabbitmq:index/policy:Policy": {
        keys: policyKeys,
        read: (properties) => [{ list: "policies", object: policyOf(properties) }],
    },
    "rabbitmq:index/operatorPolicy:OperatorPolicy": {
        keys: policyKeys,
        read: (properties) => [{ list: "operator_policies", object: policyOf(properties) }],
    },
};

/** The properties of a resource type that are read; `undefined` for a type that declares no broker object. */
export function readKeys(type: string): readonly string[] | undefined {
    return readers[type]?.keys;
}

/** The broker objects that a resource declares, from the properties that {@link readKeys} names. */
export function declaredObjects(type: string, properties: JsonObject): readonly DeclaredObject[] {
    const reader = readers[type];
    if (reader === undefined) {
        return [];
    }
    const inVhost = reader.keys.includes("vhost");
    return reader.read(inVhost ? { ...properties, vhost: properties["vhost"] ?? defaultVhost } : properties);
}
