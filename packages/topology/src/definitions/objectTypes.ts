import { builtInExchanges } from "../model/builtInExchange.ts";
import type { ExchangeType, Queue, Vhost } from "../model/index.ts";
import { shown } from "../text/shown.ts";
import type { DefinitionsContext } from "./definitionsContext.ts";
import { queueTypeNamed, queueTypeNameOf } from "./definitionsFields.ts";
import { isObject, type ObjectReader } from "./objectReader.ts";

const builtInTypes: readonly ExchangeType[] = ["direct", "fanout", "topic", "headers"];

/** The type of an exchange that the broker has already; an import does not change it. */
export function builtInType(
    reader: ObjectReader,
    { problems }: DefinitionsContext,
): ExchangeType | undefined {
    const { name, type } = reader.object;
    const builtIn = typeof name === "string" ? builtInExchanges.get(name) : undefined;
    if (builtIn !== undefined && type !== undefined && type !== builtIn.type) {
        problems.add({
            rule: "contradictoryType",
            severity: "note",
            place: reader.place,
            message: `"type" is ${shown(type)}, but the broker has this exchange already; it stays a ${builtIn.type} exchange`,
            fix: "remove the exchange from the file, or declare one with another name",
            path: [...reader.path, "type"],
        });
    }
    return builtIn?.type;
}

/** A plugin's exchange type can have any name. By convention it begins with `x-`, which the model uses to recognise plugin types. */
export function exchangeType(reader: ObjectReader, { problems }: DefinitionsContext): ExchangeType {
    const type = reader.text("type");
    const known = builtInTypes.find((each) => each === type);
    if (known !== undefined) {
        return known;
    }
    if (!type.startsWith("x-") && type !== "") {
        problems.count({
            rule: "unknownType",
            place: reader.place,
            message: `"type" is ${shown(type)}, which is not a built-in type, so it must come from a plugin`,
            fix: "correct the type, or review the exchange's routing manually",
            path: [...reader.path, "type"],
        });
    }
    return `x-${type.replace(/^x-/, "")}`;
}

/** A queue's type: from the field or the argument, otherwise the default of its virtual host. */
export function queueType(
    reader: ObjectReader,
    vhost: Vhost | undefined,
    { problems }: DefinitionsContext,
): Queue["type"] {
    const { object, place } = reader;
    const name = queueTypeNameOf(object);
    const path = [
        ...reader.path,
        ...(object["type"] === undefined ? ["arguments", "x-queue-type"] : ["type"]),
    ];
    const argument = isObject(object["arguments"]) ? object["arguments"]["x-queue-type"] : undefined;
    const type = queueTypeNamed(name);
    if (argument !== undefined && argument !== name && queueTypeNamed(argument) !== type) {
        problems.add({
            rule: "contradictoryType",
            place,
            message: `"type" is ${shown(name)}, but "arguments.x-queue-type" is ${shown(argument)}`,
            fix: "keep one of them",
            path,
        });
    }
    if (type !== undefined) {
        return type;
    }
    // A virtual host's default applies to durable queues only that do not delete themselves.
    const isDefaultable = object["durable"] !== false && object["auto_delete"] !== true;
    const byVhost = isDefaultable ? vhost?.defaultQueueType : undefined;
    const assumed = byVhost ?? "classic";
    if (name === undefined || name === null) {
        problems.count({
            rule: "assumedValue",
            place,
            message: `has no queue type; checked as ${assumed}, the default of ${byVhost === undefined ? "RabbitMQ" : "its virtual host"}`,
            fix: 'add "x-queue-type" to "arguments"',
            path: reader.path,
        });
        return assumed;
    }
    if (typeof name !== "string") {
        reader.reject(object["type"] === undefined ? "arguments" : "type", 'a queue type, such as "quorum"');
        return assumed;
    }
    problems.count({
        rule: "unknownType",
        place,
        message: `is of type ${shown(name)}, which is not one of RabbitMQ's own types for AMQP clients; checked as classic`,
        fix: "correct the type, or review the queue manually",
        path,
    });
    return "classic";
}
