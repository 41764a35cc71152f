import { acceptedValuesOf } from "../broker/acceptedValues.ts";
import { checkedArguments } from "../broker/checkedArguments.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { type ArgumentValue, isAtLeast, queueTypes } from "../model/index.ts";
import { settingOfArgument } from "../settings/settingTable.ts";
import { byteLength } from "../text/byteLength.ts";
import { shovelUris } from "./brokerUri.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import {
    aFlag,
    aNumber,
    aText,
    checkParameterTable,
    mandatory,
    oneOf,
    otherField,
    type ParameterField,
    type ParameterFields,
} from "./parameterTable.ts";
import { has, type Release } from "./release.ts";

/** How a shovel speaks to one of its ends. */
type Protocol = "amqp091" | "amqp10" | "local";

/**
 * What an import refuses of a shovel.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbitmq_shovel/src/rabbit_shovel_parameters.erl
 */
export function checkShovel(parameter: ImportObject): void {
    const { object, refuse, file } = parameter;
    const value = isObject(object["value"])
        ? object["value"]
        : Array.isArray(object["value"]) && object["value"].length === 0
          ? {}
          : undefined;
    if (value === undefined) {
        refuse(
            "value",
            `"value" is ${describeValue(object["value"])}`,
            'give a table with "src-uri" and "dest-uri"',
        );
        return;
    }
    const protocols = protocolsOf(file.release);
    const source = protocolOf(value["src-protocol"], protocols);
    const destination = protocolOf(value["dest-protocol"], protocols);
    checkParameterTable(parameter, ["value"], value, {
        ...sharedFields(file.release, protocols),
        ...sourceFields[source](file.release),
        ...destinationFields[destination](file.release),
    });
    checkEnds(parameter, value, source, destination);
}

function protocolsOf({ version }: Release): readonly Protocol[] {
    return isAtLeast(version, "4.2") ? ["amqp091", "amqp10", "local"] : ["amqp091", "amqp10"];
}

function protocolOf(value: unknown, protocols: readonly Protocol[]): Protocol {
    return protocols.find((each) => each === value) ?? "amqp091";
}

function checkEnds(
    { refuse }: ImportObject,
    value: JsonObject,
    source: Protocol,
    destination: Protocol,
): void {
    const count = (...keys: readonly string[]): number =>
        keys.filter((key) => value[key] !== undefined).length;
    if (source !== "amqp10" && count("src-exchange", "src-queue") !== 1) {
        refuse(
            "value",
            `has ${count("src-exchange", "src-queue") === 0 ? "neither" : "both"} "src-exchange" ${count("src-exchange", "src-queue") === 0 ? "nor" : "and"} "src-queue"`,
            "give one of them",
        );
    }
    if (destination !== "amqp10" && count("dest-exchange", "dest-queue") === 2) {
        refuse("value", 'has both "dest-exchange" and "dest-queue"', "keep one of them");
    }
    const after = value["src-delete-after"] ?? value["delete-after"];
    if (value["ack-mode"] === "no-ack" && typeof after === "number") {
        refuse(
            ["value", "ack-mode"],
            'has "ack-mode" "no-ack" and deletes itself after a number of messages',
            'use another "ack-mode"',
        );
    }
}

function sharedFields({ version }: Release, protocols: readonly Protocol[]): ParameterFields {
    return {
        "reconnect-delay": aNumber,
        "ack-mode": oneOf("no-ack", "on-publish", "on-confirm"),
        "src-protocol": oneOf(...protocols),
        "dest-protocol": oneOf(...protocols),
        ...(isAtLeast(version, "4.2") && {
            internal: aFlag,
            internal_owner: otherField("a table", isObject),
        }),
    };
}

const count = otherField(
    'an integer of at least 0, "never" or "queue-length"',
    (value, isInteger) => value === "never" || value === "queue-length" || (isInteger && Number(value) >= 0),
);
const countOrNever = otherField(
    'an integer of at least 0, or "never"',
    (value, isInteger) => value === "never" || (isInteger && Number(value) >= 0),
);
/** Ten years, in seconds. */
const longestDuration = 315_360_000;
const duration = otherField(
    "a positive integer of seconds",
    (value, isInteger) => isInteger && Number(value) > 0 && Number(value) <= longestDuration,
);
const shortText = otherField(
    "a text of up to 255 bytes",
    (value) => typeof value === "string" && byteLength(value) <= 255,
);
const textTable = otherField("a table of texts", (value) =>
    isObject(value)
        ? Object.values(value).every((each) => typeof each === "string")
        : Array.isArray(value) && value.length === 0,
);

const propertyKinds: ReadonlyMap<string, "number" | "string"> = new Map([
    ...[
        "content_type",
        "content_encoding",
        "correlation_id",
        "reply_to",
        "expiration",
        "message_id",
        "type",
        "user_id",
        "app_id",
        "cluster_id",
    ].map((key) => [key, "string"] as const),
    ...["delivery_mode", "priority", "timestamp"].map((key) => [key, "number"] as const),
]);
const properties = otherField("a table of message properties", (value) =>
    isObject(value)
        ? Object.entries(value).every(([key, each]) => typeof each === propertyKinds.get(key))
        : Array.isArray(value) && value.length === 0,
);

/** Arguments that a shovel gives to a queue. */
function queueArguments(release: Release): ParameterField {
    return otherField("a table of arguments of a queue", (value) =>
        isObject(value)
            ? has(release, "shovelArgumentTables")
                ? Object.entries(value).every(([written, each]) =>
                      isFineArgument(written, each, value, release),
                  )
                : Object.keys(value).every(isKnownArgument)
            : Array.isArray(value) && value.length === 0,
    );
}

/** Before, the broker refused unknown arguments. It checked two values only, and refused any value of these two. */
function isKnownArgument(written: string): boolean {
    const key = settingOfArgument("queue", written);
    const isChecked = key !== undefined && checkedArguments("4.2").has(key);
    return (
        written === "x-queue-type" || (isChecked && key !== "max-age" && key !== "dead-letter-routing-key")
    );
}

function isFineArgument(written: string, value: unknown, all: JsonObject, { version }: Release): boolean {
    if (value === null) {
        return false;
    }
    if (written === "x-queue-type") {
        return queueTypes.some((type) => type === value);
    }
    if (written === "x-dead-letter-routing-key" && all["x-dead-letter-exchange"] === undefined) {
        return false;
    }
    const key = settingOfArgument("queue", written);
    const wanted =
        key !== undefined && checkedArguments(version).has(key)
            ? acceptedValuesOf(key, "argument", version)
            : undefined;
    return wanted === undefined || wanted.accepts(value as ArgumentValue); // a value of JSON that is not null
}

const sourceFields: Readonly<Record<Protocol, (release: Release) => ParameterFields>> = {
    amqp091: (release) => ({
        ...queueSource(release),
        "prefetch-count": aNumber,
        "src-prefetch-count": aNumber,
        "delete-after": count,
    }),
    local: queueSource,
    amqp10: (release) => ({
        "src-uri": shovelUris,
        "src-address": mandatory(aText),
        "src-prefetch-count": aNumber,
        "src-delete-after": isAtLeast(release.version, "4.2") ? countOrNever : count,
        ...(isAtLeast(release.version, "4.3") && { "src-consumer-name": aText, "src-predeclared": aFlag }),
        ...(has(release, "shovelDeleteAfterDuration") && {
            "src-delete-after-duration": duration,
            "src-consumer-args": otherField("a table", isObject),
        }),
    }),
};

function queueSource(release: Release): ParameterFields {
    return {
        "src-uri": shovelUris,
        "src-exchange": aText,
        "src-exchange-key": aText,
        "src-queue": aText,
        "src-queue-args": queueArguments(release),
        "src-consumer-args": otherField("a table of arguments of a consumer", isObject),
        "src-delete-after": count,
        "src-predeclared": aFlag,
        ...(isAtLeast(release.version, "4.3") && { "src-consumer-name": aText }),
        ...(has(release, "shovelDeleteAfterDuration") && { "src-delete-after-duration": duration }),
    };
}

function queueDestination(release: Release): ParameterFields {
    return {
        "dest-uri": shovelUris,
        "dest-exchange": aText,
        "dest-exchange-key": aText,
        "dest-queue": shortText,
        "dest-queue-args": queueArguments(release),
        "dest-add-forward-headers": aFlag,
        "dest-add-timestamp-header": aFlag,
        "dest-predeclared": aFlag,
    };
}

const destinationFields: Readonly<Record<Protocol, (release: Release) => ParameterFields>> = {
    amqp091: (release) => ({
        ...queueDestination(release),
        "add-forward-headers": aFlag,
        "add-timestamp-header": aFlag,
        "publish-properties": properties,
        "dest-publish-properties": properties,
    }),
    local: queueDestination,
    amqp10: (release) => ({
        "dest-uri": shovelUris,
        "dest-address": mandatory(aText),
        "dest-add-forward-headers": aFlag,
        "dest-add-timestamp-header": aFlag,
        "dest-application-properties": textTable,
        "dest-message-annotations": textTable,
        "dest-properties": textTable,
        ...(isAtLeast(release.version, "4.3") && { "dest-predeclared": aFlag }),
    }),
};
