import type { Queue } from "@spot-messaging/topology";
import type { MessageProperties, ParkedMessage } from "@spot-messaging/topology/messages";
import type { Message } from "amqplib";

/** A message as the broker delivered it, without its body. */
export function parkedMessage(
    { vhost, name }: Pick<Queue, "vhost" | "name">,
    { content, fields, properties }: Message,
): ParkedMessage {
    // The client types the properties as any.
    const given: Readonly<Record<string, unknown>> = { ...properties };
    const { timestamp, contentType } = given;
    const known: Record<keyof MessageProperties, unknown> = {
        messageId: given["messageId"],
        correlationId: given["correlationId"],
        type: given["type"],
        appId: given["appId"],
        userId: given["userId"],
        contentType,
        timestamp: typeof timestamp === "number" ? timestamp * 1_000 : undefined,
    };
    const isValidJson = isJsonType(contentType) ? isJson(content) : undefined;
    return {
        vhost,
        queue: name,
        exchange: fields.exchange,
        routingKey: fields.routingKey,
        properties: Object.fromEntries(
            Object.entries(known).filter(([, value]) => value !== undefined && value !== ""),
        ),
        headers: plainTable(properties.headers ?? {}),
        bytes: content.length,
        ...(isValidJson !== undefined && { isValidJson }),
    };
}

function isJsonType(contentType: unknown): boolean {
    return typeof contentType === "string" && /^application\/(?:[\w.-]+\+)?json\b/.test(contentType);
}

function isJson(content: Buffer): boolean {
    try {
        JSON.parse(content.toString("utf8"));
        return true;
    } catch {
        return false;
    }
}

/** A table of AMQP with plain values: the client wraps those of types that JavaScript does not have. */
function plainTable(table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plainValue);
    }
    if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) {
        return value;
    }
    const table = value as Readonly<Record<string, unknown>>; // an object that is neither an array nor a buffer
    return "!" in table && "value" in table ? plainValue(table["value"]) : plainTable(table);
}
