import type { Message } from "amqplib";
import { z } from "zod";

/** A message as a line of JSON. */
const line = z.object({
    exchange: z.string(),
    routingKey: z.string(),
    properties: z.record(z.string(), z.unknown()),
    /** In base64. */
    body: z.base64(),
});

/** The line of a message, without a line feed. */
export function messageLine({ fields, properties, content }: Message): string {
    return JSON.stringify({
        exchange: fields.exchange,
        routingKey: fields.routingKey,
        properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)),
        body: content.toString("base64"),
    } satisfies z.infer<typeof line>);
}

/**
 * The message of a line.
 * @param number its delivery tag
 * @returns nothing if it is not the line of a message
 */
export function messageOfLine(number: number, text: string): Message | undefined {
    const { data } = line.safeParse(jsonOf(text));
    if (data === undefined) {
        return undefined;
    }
    const none = undefined;
    return {
        content: Buffer.from(data.body, "base64"),
        fields: {
            deliveryTag: number,
            redelivered: false,
            exchange: data.exchange,
            routingKey: data.routingKey,
        },
        properties: {
            ...{ contentType: none, contentEncoding: none, headers: {}, deliveryMode: none, priority: none },
            ...{ correlationId: none, replyTo: none, expiration: none, messageId: none, timestamp: none },
            ...{ type: none, userId: none, appId: none, clusterId: none },
            ...(revived(data.properties) as Readonly<Record<string, unknown>>), // a table stays one
        },
    };
}

function jsonOf(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** A buffer in a header, as JSON writes it. */
const bytes = z.object({ type: z.literal("Buffer"), data: z.array(z.number()) });

function revived(value: unknown): unknown {
    const { data } = bytes.safeParse(value);
    if (data !== undefined) {
        return Buffer.from(data.data);
    }
    if (Array.isArray(value)) {
        return value.map(revived);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revived(each)]))
        : value;
}
