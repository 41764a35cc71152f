import { exchangeTypeSource, exchangeTypes, requiredArguments } from "../broker/exchangeTypes.ts";
import type { JsonObject } from "../definitions/objectReader.ts";
import { builtInExchanges } from "../model/builtInExchange.ts";
import { isReservedName } from "../text/nameProblem.ts";
import { suggestName } from "../text/names.ts";
import { checkArguments } from "./amqpTable.ts";
import type { DeclaredNames } from "./declaredNames.ts";
import { describeValue } from "./importFile.ts";
import { demandPlugin, type ImportObject } from "./importObject.ts";
import { joinedText } from "./joinedText.ts";
import { checkVhostOf } from "./permissions.ts";

/** What an import refuses of an exchange. It passes over those whose names the broker keeps for itself. */
export function checkExchange(exchange: ImportObject, names: DeclaredNames): void {
    const { object, file, demand } = exchange;
    const { name } = object;
    if (typeof name === "string" && (name === "" || isReservedName(name))) {
        if (!builtInExchanges.has(name)) {
            exchange.leaveOut(
                "name",
                'begins with "amq.", which the broker keeps for itself; an import passes over such an exchange',
                "choose another name",
            );
        }
        return;
    }
    demand("name", ["text", "absent", "null", "flag"], "a text");
    checkVhostOf(exchange, names);
    checkExchangeType(exchange);
    if (!file.has("exchangeDurabilityOptional")) {
        demand("durable", ["flag"], "true or false");
    }
    const args = checkArguments(exchange);
    if (args !== undefined) {
        checkPluginArguments(exchange, args);
    }
}

function checkExchangeType(exchange: ImportObject): void {
    const { object, file, refuse } = exchange;
    const type = joinedText(object["type"]);
    if (type === undefined) {
        refuse(
            "type",
            `"type" is ${describeValue(object["type"])}`,
            'give a type of exchange, such as "topic"',
        );
        return;
    }
    const source = exchangeTypeSource(type, file.version);
    if (source === undefined) {
        const isKnown = file.broker.plugins !== undefined;
        const otherwise = "correct the type, or enable the plugin that has it";
        const suggestion = suggestName(type.trim().toLowerCase(), exchangeTypes, otherwise);
        refuse(
            "type",
            `"type" is ${describeValue(type)}, which RabbitMQ and its plugins do not have`,
            suggestion,
            // A plugin may name its type as it likes; one that nearly is a known type was meant to be that.
            isKnown || suggestion !== otherwise ? undefined : "a plugin of the broker has this type",
        );
        return;
    }
    if (source.plugin !== undefined) {
        demandPlugin(
            exchange,
            "type",
            `"type" is ${describeValue(type)}`,
            source.plugin,
            source.isShipped
                ? {}
                : {
                      note: ", which RabbitMQ does not ship",
                      fix: "install the plugin for this version of the broker, or use another type",
                  },
        );
    }
}

const hashProperties = ["correlation_id", "message_id", "timestamp"];

function checkPluginArguments({ object, refuse, file, path }: ImportObject, args: JsonObject): void {
    const type = joinedText(object["type"]);
    for (const [key, example] of Object.entries(requiredArguments(type ?? ""))) {
        if (args[key] === undefined) {
            refuse(
                ["arguments", key],
                `has no argument "${key}", which an exchange of type "${type ?? ""}" must have`,
                `add it, such as {"${key}": ${JSON.stringify(example)}}`,
            );
        }
    }
    if (type === "x-consistent-hash") {
        const { "hash-header": header, "hash-property": property } = args;
        for (const key of ["hash-header", "hash-property"]) {
            if (args[key] !== undefined && typeof args[key] !== "string") {
                refuse(["arguments", key], `"${key}" is ${describeValue(args[key])}`, "give a text");
            }
        }
        if (typeof header === "string" && typeof property === "string") {
            refuse(
                ["arguments", "hash-property"],
                'has "hash-header" and "hash-property"',
                "keep one of them",
            );
        } else if (typeof property === "string" && !hashProperties.includes(property)) {
            refuse(
                ["arguments", "hash-property"],
                `"hash-property" is ${describeValue(property)}`,
                suggestName(property, hashProperties, `use ${hashProperties.join(", ")}`),
            );
        }
    }
    const length = args["x-recent-history-length"];
    if (
        type === "x-recent-history" &&
        length !== undefined &&
        (file.kindOf(length, [...path, "arguments", "x-recent-history-length"]) !== "integer" ||
            Number(length) <= 0)
    ) {
        refuse(
            ["arguments", "x-recent-history-length"],
            `"x-recent-history-length" is ${describeValue(length)}`,
            "give an integer of at least 1",
        );
    }
}
