import { appendFileSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import type { Message } from "amqplib";
import { z } from "zod";
import { messageLine, messageOfLine } from "./messageLine.ts";
import { openPrivateFile } from "./privateFile.ts";
import type { MessageSource } from "./redriveRun.ts";

/** Raised when the shape of the file changes. */
const format = 1;

const header = z.object({ format: z.literal(format), vhost: z.string(), queue: z.string() });

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
    const opened = openPrivateFile(file, "wx", "--output", "name a new file");
    const write = (text: string): void => {
        opened.append(text);
        opened.sync();
    };
    write(`${JSON.stringify({ format, vhost, queue: name })}\n`);
    return {
        add: (messages) => {
            write(messages.map((each) => `${messageLine(each)}\n`).join(""));
        },
        close: opened.close,
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
            place = headerOf(
                text,
                `file "${file}": is not an export of messages; make it with topology messages export`,
            );
        } else {
            requireMessage(
                number,
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
                    yield requireMessage(number, text, `file "${file}": changed while it was read`);
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

function headerOf(text: string, problem: string): z.infer<typeof header> {
    try {
        return header.parse(JSON.parse(text));
    } catch {
        throw new UsageError(problem);
    }
}

function requireMessage(number: number, text: string, problem: string): Message {
    const message = messageOfLine(number, text);
    if (message === undefined) {
        throw new UsageError(problem);
    }
    return message;
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
