import { createHash, type Hash } from "node:crypto";
import { UsageError } from "@spot-messaging/topology";
import type { PortableDefinitions } from "@spot-messaging/topology/definitions";
import { counted } from "@spot-messaging/topology/text";
import type { Message } from "amqplib";
import { z } from "zod";
import { messageOfLine } from "../messages/messageLine.ts";
import { openSealedFile, type RecordPosition, type SealedFile } from "./sealedFile.ts";

const list = z.array(z.record(z.string(), z.unknown()));

const place = { vhost: z.string(), queue: z.string() };

/** What a record of a backup says. The records of one queue follow each other; the one with its count ends them. */
const record = z.discriminatedUnion("kind", [
    z.object({
        kind: z.literal("broker"),
        endpoint: z.string(),
        cluster: z.string(),
        version: z.string(),
        user: z.string(),
        at: z.string(),
        /** What the user may not see, in sentences. */
        unseen: z.array(z.string()).readonly(),
    }),
    z.object({
        kind: z.literal("definitions"),
        definitions: z.object({
            global_parameters: list,
            users: list,
            vhosts: list,
            permissions: list,
            topic_permissions: list,
            parameters: list,
            policies: list,
            queues: list,
            exchanges: list,
            bindings: list,
        }),
    }),
    z.object({ kind: z.literal("messages"), ...place, lines: z.array(z.string()) }),
    z.object({
        kind: z.literal("queue"),
        ...place,
        count: z.number(),
        /** Of all its lines. */
        digest: z.string(),
        at: z.string(),
        /** Messages with headers that the client cannot represent exactly. */
        inexact: z.number(),
    }),
    z.object({ kind: z.literal("unread"), ...place, problem: z.string() }),
    z.object({ kind: z.literal("end"), queues: z.number(), messages: z.number() }),
]);

/** One record of a backup. */
export type BackupRecord = z.infer<typeof record>;

/** The broker that a backup is of. */
export type BackedUpBroker = Readonly<Omit<Extract<BackupRecord, { kind: "broker" }>, "kind">>;

/** A parking queue in a backup. */
export type BackedUpQueue = Omit<Extract<BackupRecord, { kind: "queue" }>, "kind">;

/** A parking queue that could not be read. */
export type UnreadQueue = Omit<Extract<BackupRecord, { kind: "unread" }>, "kind">;

/** What a backup contains, whose digests and counts are right. */
export interface BackupContent {
    readonly broker: BackedUpBroker;
    /** @default - the user was no administrator */
    readonly definitions?: PortableDefinitions;
    readonly queues: readonly BackedUpQueue[];
    readonly unread: readonly UnreadQueue[];
    /** In bytes. */
    readonly size: number;
    /** The messages of a queue, in their order. */
    readonly messagesOf: (queue: BackedUpQueue) => Generator<Message>;
}

/** The part of a backup that an interrupted run has written completely. */
export interface BackupPart {
    readonly broker?: BackedUpBroker;
    readonly definitions?: PortableDefinitions;
    readonly queues: readonly BackedUpQueue[];
    readonly unread: readonly UnreadQueue[];
    /** Where to continue: the number of records, and the length of the file. */
    readonly records: number;
    readonly end: number;
}

/** Counts the lines of a queue. */
export class LineDigest {
    readonly #hash: Hash = createHash("sha256");
    count = 0;

    add(text: string): void {
        this.#hash.update(text).update("\n");
        this.count += 1;
    }

    /** The digest of all lines; no line can be added afterwards. */
    end(): string {
        return this.#hash.digest("hex");
    }
}

/**
 * Reads a whole backup: decrypts every record, and compares counts and digests.
 * @throws UsageError if it is not a backup, is incomplete or damaged, or the passphrase is wrong
 */
export function readBackup(file: string, passphrase: string): BackupContent {
    const sealed = openSealedFile(file, passphrase);
    const state = readRecords(file, sealed, false);
    const { end, broker, definitions, queues, unread } = state;
    if (end === undefined || broker === undefined) {
        throw new UsageError(
            `file "${file}": is incomplete: its end is missing; copy it again, or use another backup`,
        );
    }
    const messages = queues.reduce((sum, { count }) => sum + count, 0);
    if (end.queues !== queues.length || end.messages !== messages) {
        throw new UsageError(
            `file "${file}": has ${counted(messages, "message")} of ${counted(queues.length, "queue")}, and its end says ${end.messages} and ${end.queues}; use another backup`,
        );
    }
    return {
        broker,
        queues,
        unread,
        size: sealed.size,
        ...(definitions !== undefined && { definitions }),
        messagesOf: function* (queue) {
            for (const { value } of sealed.records(state.starts.get(queue))) {
                const each = parsed(file, value);
                if (each.kind !== "messages") {
                    return;
                }
                for (const [index, text] of each.lines.entries()) {
                    yield requireMessage(file, index, text);
                }
            }
        },
    };
}

/**
 * Reads what an interrupted run has written, up to the last queue that is complete.
 * @throws UsageError if it is not a backup, or the passphrase is wrong
 */
export function readBackupPart(file: string, sealed: SealedFile): BackupPart {
    const { records, offset, broker, definitions, queues, unread } = readRecords(file, sealed, true);
    return {
        queues,
        unread,
        records,
        end: offset,
        ...(broker !== undefined && { broker }),
        ...(definitions !== undefined && { definitions }),
    };
}

interface ReadState {
    broker?: BackedUpBroker;
    definitions?: PortableDefinitions;
    queues: BackedUpQueue[];
    unread: UnreadQueue[];
    end?: { readonly queues: number; readonly messages: number };
    /** Where the messages of each queue begin. */
    readonly starts: Map<BackedUpQueue, RecordPosition>;
    /** After the last record that no queue needs more of. */
    records: number;
    offset: number;
}

/** @param isPart whether damage ends the content, as that of an interrupted run */
function readRecords(file: string, sealed: SealedFile, isPart: boolean): ReadState {
    const state: ReadState = { queues: [], unread: [], starts: new Map(), records: 0, offset: 0 };
    let digest = new LineDigest();
    let count = 0;
    try {
        for (const { value, end } of sealed.records()) {
            const each = parsed(file, value);
            count += 1;
            switch (each.kind) {
                case "broker":
                    state.broker = each;
                    break;
                case "definitions":
                    state.definitions = each.definitions;
                    break;
                case "messages":
                    each.lines.forEach((text) => {
                        digest.add(text);
                    });
                    continue;
                case "queue":
                    requireCount(file, each, digest);
                    digest = new LineDigest();
                    state.queues.push(each);
                    state.starts.set(each, { index: state.records, offset: state.offset });
                    break;
                case "unread":
                    digest = new LineDigest();
                    state.unread.push(each);
                    break;
                case "end":
                    state.end = each;
                    break;
            }
            state.records = count;
            state.offset = end;
        }
    } catch (error) {
        if (!isPart || !(error instanceof UsageError)) {
            throw error;
        }
    }
    return state;
}

function parsed(file: string, value: unknown): BackupRecord {
    const { data } = record.safeParse(value);
    if (data === undefined) {
        throw new UsageError(
            `file "${file}": has a record that this command does not know; use the command that made it`,
        );
    }
    return data;
}

function requireCount(file: string, { vhost, queue, count, digest }: BackedUpQueue, found: LineDigest): void {
    if (found.count !== count || found.end() !== digest) {
        throw new UsageError(
            `file "${file}": the messages of queue "${queue}" in vhost "${vhost}" are not those that were written; use another backup`,
        );
    }
}

function requireMessage(file: string, index: number, text: string): Message {
    const message = messageOfLine(index, text);
    if (message === undefined) {
        throw new UsageError(`file "${file}": has a message that cannot be read; use another backup`);
    }
    return message;
}
