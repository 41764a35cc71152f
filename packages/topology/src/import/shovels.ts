import { acceptedValuesOf } from "../broker/acceptedValues.ts";
import { checkedArguments } from "../broker/checkedArguments.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { type ShovelProtocol, shovelProtocol, shovelProtocols } from "../links/shovel.ts";
import { type ArgumentValue, isAtLeast, queueTypes } from "../model/index.ts";
import { settingOfArgument } from "../settings/settingTable.ts";
import { byteLength } from "../text/byteLength.ts";
import { shovelUris } from "./brokerUri.ts";
import type { ImportObject } from "./importObject.ts";
import {
    aFlag,
    aNumber,
    aText,
    checkParameterTable,
    field,
    mandatory,
    oneOf,
    type ParameterField,
    type ParameterFields,
    tableOf,
} from "./parameterTable.ts";
import { has, type Release } from "./release.ts";

/**
 * What an import refuses of a shovel.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbitmq_shovel/src/rabbit_shovel_parameters.erl
 */
export function checkShovel(parameter: ImportObject, value: JsonObject): void {
    const { file } = parameter;
    const protocols = protocolsOf(file.release);
    const source = shovelProtocol(value["src-protocol"], protocols);
    const destination = shovelProtocol(value["dest-protocol"], protocols);
    checkParameterTable(parameter, ["value"], value, {
        ...sharedFields(file.release, protocols),
        ...sourceFields[source](file.release),
        ...destinationFields[destination](file.release),
    });
    checkEnds(parameter, value, source, destination);
}

function protocolsOf({ version }: Release): readonly ShovelProtocol[] {
    return isAtLeast(version, "4.2") ? shovelProtocols : ["amqp091", "amqp10"];
}

function checkEnds(
    { refuse }: ImportObject,
    value: JsonObject,
    source: ShovelProtocol,
    destination: ShovelProtocol,
): void {
    const isGiven = (key: string): boolean => value[key] !== undefined;
    if (source !== "amqp10" && isGiven("src-exchange") === isGiven("src-queue")) {
        refuse(
            "value",
            isGiven("src-queue")
                ? 'has both "src-exchange" and "src-queue"'
                : 'has neither "src-exchange" nor "src-queue"',
            "give one of them",
        );
    }
    if (destination !== "amqp10" && isGiven("dest-exchange") && isGiven("dest-queue")) {
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

function sharedFields({ version }: Release, protocols: readonly ShovelProtocol[]): ParameterFields {
    return {
        "reconnect-delay": aNumber,
        "ack-mode": oneOf("no-ack", "on-publish", "on-confirm"),
        "src-protocol": oneOf(...protocols),
        "dest-protocol": oneOf(...protocols),
        ...(isAtLeast(version, "4.2") && {
            internal: aFlag,
            internal_owner: field("a table", isObject),
        }),
    };
}

const count = field(
    'an integer of at least 0, "never" or "queue-length"',
    (value, isInteger) => value === "never" || value === "queue-length" || (isInteger && Number(value) >= 0),
);
const countOrNever = field(
    'an integer of at least 0, or "never"',
    (value, isInteger) => value === "never" || (isInteger && Number(value) >= 0),
);
/** Ten years, in seconds. */
const longestDuration = 315_360_000;
const duration = field(
    "a positive integer of seconds",
    (value, isInteger) => isInteger && Number(value) > 0 && Number(value) <= longestDuration,
);
const shortText = field(
    "a text of up to 255 bytes",
    (value) => typeof value === "string" && byteLength(value) <= 255,
);
const textTable = tableField("a table of texts", (table) =>
    Object.values(table).every((each) => typeof each === "string"),
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
const properties = tableField("a table of message properties", (table) =>
    Object.entries(table).every(([key, each]) => typeof each === propertyKinds.get(key)),
);

/** A field with a table that meets a condition. */
function tableField(what: string, accepts: (table: JsonObject) => boolean): ParameterField {
    return field(what, (value) => {
        const table = tableOf(value);
        return table !== undefined && accepts(table);
    });
}

/** Arguments that a shovel gives to a queue. */
function queueArguments(release: Release): ParameterField {
    return tableField("a table of arguments of a queue", (table) =>
        has(release, "shovelArgumentTables")
            ? Object.entries(table).every(([written, each]) => isFineArgument(written, each, table, release))
            : Object.keys(table).every(isKnownArgument),
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

const sourceFields: Readonly<Record<ShovelProtocol, (release: Release) => ParameterFields>> = {
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
            "src-consumer-args": field("a table", isObject),
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
        "src-consumer-args": field("a table of arguments of a consumer", isObject),
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

const destinationFields: Readonly<Record<ShovelProtocol, (release: Release) => ParameterFields>> = {
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
