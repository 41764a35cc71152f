import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import type { Message } from "amqplib";
import { z } from "zod";
import type { MessageSource } from "./redriveRun.ts";

/** Raised when the shape of the file changes. */
const format = 1;

const header = z.object({ format: z.literal(format), vhost: z.string(), queue: z.string() });

const line = z.object({
    exchange: z.string(),
    routingKey: z.string(),
    properties: z.record(z.string(), z.unknown()),
    /** In base64. */
    body: z.base64(),
});

/** A file with messages that only its owner can read: a line about the queue, and a line for each message. */
export interface MessageWriter {
    /** Writes messages, which are on the disk when it returns. */
    readonly add: (messages: readonly Message[]) => void;
    readonly close: () => void;
}

/**
 * Makes a new file.
 * @throws UsageError if it exists or cannot be written
 */
export function writeMessages(
    file: string,
    { vhost, name }: { readonly vhost: string; readonly name: string },
): MessageWriter {
    let descriptor: number;
    try {
        descriptor = openSync(file, "wx", 0o600);
    } catch (error) {
        throw new UsageError(
            `--output "${file}" cannot be made (${error instanceof Error ? error.message : String(error)}); name a new file`,
        );
    }
    const write = (text: string): void => {
        writeSync(descriptor, text);
        fsyncSync(descriptor);
    };
    write(`${JSON.stringify({ format, vhost, queue: name })}\n`);
    return {
        add: (messages) => {
            write(messages.map((each) => `${JSON.stringify(lineOf(each))}\n`).join(""));
        },
        close: () => {
            closeSync(descriptor);
        },
    };
}

function lineOf({ fields, properties, content }: Message): z.infer<typeof line> {
    return {
        exchange: fields.exchange,
        routingKey: fields.routingKey,
        properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)),
        body: content.toString("base64"),
    };
}

/** The messages of a file that are not sent yet. A line of the journal `<file>.sent` is the number of a line that is. */
export interface MessageFile {
    readonly vhost: string;
    readonly queue: string;
    /** How many are sent already. */
    readonly sent: number;
    readonly remaining: number;
    /** Yields the messages in order; the delivery tag is the number of the line. */
    readonly messages: () => AsyncGenerator<Message>;
    readonly markSent: (line: number) => void;
}

/** @throws UsageError with the line of what cannot be read */
export async function readMessages(file: string): Promise<MessageFile> {
    const journal = `${file}.sent`;
    const sent = new Set(readJournal(journal));
    let place: z.infer<typeof header> | undefined;
    let count = 0;
    for await (const [number, text] of linesOf(file)) {
        if (number === 1) {
            place = parsed(
                header,
                text,
                `file "${file}": is not an export of messages; make it with topology messages export`,
            );
        } else {
            parsed(
                line,
                text,
                `file "${file}": line ${number} is not a message; remove it if the export was interrupted there`,
            );
            count += 1;
        }
    }
    if (place === undefined) {
        throw new UsageError(`file "${file}": is empty; make it with topology messages export`);
    }
    return {
        vhost: place.vhost,
        queue: place.queue,
        sent: sent.size,
        remaining: count - sent.size,
        messages: async function* () {
            for await (const [number, text] of linesOf(file)) {
                if (number > 1 && !sent.has(number)) {
                    yield messageOf(number, parsed(line, text, `file "${file}": changed while it was read`));
                }
            }
        },
        markSent: (number) => {
            appendFileSync(journal, `${number}\n`, { mode: 0o600 });
        },
    };
}

async function* linesOf(file: string): AsyncGenerator<readonly [number, string]> {
    const handle = await open(file).catch((error: unknown) => {
        throw new UsageError(
            `file "${file}" cannot be read (${error instanceof Error ? error.message : String(error)})`,
        );
    });
    try {
        let number = 0;
        for await (const text of handle.readLines()) {
            number += 1;
            yield [number, text];
        }
    } finally {
        await handle.close();
    }
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string, problem: string): z.infer<Schema> {
    try {
        return schema.parse(JSON.parse(text));
    } catch {
        throw new UsageError(problem);
    }
}

function readJournal(journal: string): readonly number[] {
    try {
        return readFileSync(journal, "utf8").split("\n").filter(Boolean).map(Number);
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            return [];
        }
        throw error;
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

function messageOf(
    number: number,
    { exchange, routingKey, properties, body }: z.infer<typeof line>,
): Message {
    const none = undefined;
    return {
        content: Buffer.from(body, "base64"),
        fields: { deliveryTag: number, redelivered: false, exchange, routingKey },
        properties: {
            ...{ contentType: none, contentEncoding: none, headers: {}, deliveryMode: none, priority: none },
            ...{ correlationId: none, replyTo: none, expiration: none, messageId: none, timestamp: none },
            ...{ type: none, userId: none, appId: none, clusterId: none },
            ...(revived(properties) as Readonly<Record<string, unknown>>), // a table stays one
        },
    };
}

/** A file as the source of a redrive: a message is taken from it and not from a queue. */
export function fileQueue(file: MessageFile, target: Pick<MessageSource, "publish">): MessageSource {
    const messages = file.messages();
    return {
        count: () => Promise.resolve(file.remaining),
        take: async (count) => {
            const taken: Message[] = [];
            while (taken.length < count) {
                const next = await messages.next();
                if (next.done === true) {
                    break;
                }
                taken.push(next.value);
            }
            return taken;
        },
        acknowledge: ({ fields }) => {
            file.markSent(fields.deliveryTag);
        },
        publish: target.publish,
    };
}
