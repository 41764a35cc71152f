import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { objectKey, type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import type { PortableDefinitions } from "@spot-messaging/topology/definitions";
import { counted, groupBy } from "@spot-messaging/topology/text";
import { type BrokerMessages, withBroker } from "../messages/brokerMessages.ts";
import { inexactHeader } from "../messages/inexactHeaders.ts";
import { lookAt } from "../messages/look.ts";
import type { MessageAccess } from "../messages/messageAccess.ts";
import { messageLine } from "../messages/messageLine.ts";
import { maxLimit } from "../messages/messageOptions.ts";
import type { Progress } from "../render/progress.ts";
import {
    type BackedUpBroker,
    type BackedUpQueue,
    type BackupContent,
    type BackupPart,
    type BackupRecord,
    LineDigest,
    readBackup,
    readBackupPart,
    type UnreadQueue,
} from "./backupContent.ts";
import { createSealedFile, openSealedFile, type SealedWriter } from "./sealedFile.ts";

/** What a backup is made of. */
export interface BackupPlan {
    readonly broker: BackedUpBroker;
    /** @default - the user may not read them */
    readonly definitions?: PortableDefinitions;
    readonly topology: Topology;
    /** The parking queues that the broker has. */
    readonly queues: readonly Queue[];
}

/** The messages of a record, unless one is larger. */
const batchBytes = 1_048_576;

/** The name of the file until it is complete. */
export function partialName(file: string): string {
    return `${file}.partial`;
}

/**
 * Writes a backup. A run that was interrupted is continued after its last complete queue. The file gets its name when it is complete and was read
 * again from the disk.
 * @returns nothing if the user ended it before
 * @throws UsageError, BrokerUnreachable
 */
export async function runBackup(
    file: string,
    passphrase: string,
    plan: BackupPlan,
    access: MessageAccess,
    progress: Progress,
): Promise<BackupContent | undefined> {
    const partial = partialName(file);
    const { part, writer } = openPartial(partial, passphrase, plan);
    const done = new Map([...part.queues, ...part.unread].map((each) => [keyOf(each), each]));
    const queues: BackedUpQueue[] = [...part.queues];
    try {
        const rest = plan.queues.filter(({ vhost, name }) => !done.has(keyOf({ vhost, queue: name })));
        for (const [vhost, inside] of groupBy(rest, (each) => each.vhost)) {
            await readVhost(vhost, inside, { plan, access, writer, queues, progress });
            if (progress.ended.aborted) {
                return undefined;
            }
        }
        writer.add({
            kind: "end",
            queues: queues.length,
            messages: queues.reduce((sum, { count }) => sum + count, 0),
        } satisfies BackupRecord);
        writer.sync();
    } finally {
        writer.close();
    }
    const content = readBackup(partial, passphrase);
    if (existsSync(file)) {
        throw new UsageError(`file "${file}" exists; rename "${partial}", which is the complete backup`);
    }
    renameSync(partial, file);
    syncFolder(dirname(file));
    return content;
}

/** The new name is on the disk afterwards. */
function syncFolder(folder: string): void {
    const descriptor = openSync(folder, "r");
    try {
        fsyncSync(descriptor);
    } finally {
        closeSync(descriptor);
    }
}

function keyOf({ vhost, queue }: { readonly vhost: string; readonly queue: string }): string {
    return objectKey({ vhost, name: queue });
}

function openPartial(
    partial: string,
    passphrase: string,
    { broker, definitions }: BackupPlan,
): { readonly part: BackupPart; readonly writer: SealedWriter } {
    if (existsSync(partial)) {
        const sealed = openSealedFile(partial, passphrase);
        const part = readBackupPart(partial, sealed);
        if (part.broker !== undefined) {
            requireSameBroker(partial, part.broker, broker);
            return { part, writer: sealed.continueAfter(part.records, part.end) };
        }
        throw new UsageError(
            `file "${partial}": its beginning was changed or damaged; remove it and repeat the command`,
        );
    }
    // It gets its name when a later run can continue it.
    const begun = `${partial}.new`;
    rmSync(begun, { force: true });
    const writer = createSealedFile(begun, passphrase);
    writer.add({ kind: "broker", ...broker } satisfies BackupRecord);
    if (definitions !== undefined) {
        writer.add({
            kind: "definitions",
            definitions: copyOf(definitions),
        } satisfies BackupRecord);
    }
    writer.sync();
    renameSync(begun, partial);
    return { part: { queues: [], unread: [], records: 0, end: 0 }, writer };
}

function copyOf(
    definitions: PortableDefinitions,
): Extract<BackupRecord, { kind: "definitions" }>["definitions"] {
    const { global_parameters, users, vhosts, permissions, topic_permissions } = definitions;
    const { parameters, policies, queues, exchanges, bindings } = definitions;
    return {
        global_parameters: [...global_parameters],
        users: [...users],
        vhosts: [...vhosts],
        permissions: [...permissions],
        topic_permissions: [...topic_permissions],
        parameters: [...parameters],
        policies: [...policies],
        queues: [...queues],
        exchanges: [...exchanges],
        bindings: [...bindings],
    };
}

function requireSameBroker(partial: string, before: BackedUpBroker, now: BackedUpBroker): void {
    if (before.cluster !== now.cluster || before.user !== now.user) {
        throw new UsageError(
            `file "${partial}" is the interrupted backup of cluster "${before.cluster}" by user "${before.user}", and this one is of cluster "${now.cluster}" by user "${now.user}"; remove it, or name another file`,
        );
    }
}

interface VhostBackup {
    readonly plan: BackupPlan;
    readonly access: MessageAccess;
    readonly writer: SealedWriter;
    readonly queues: BackedUpQueue[];
    readonly progress: Progress;
}

/** A virtual host or a queue that the user may not use must not hide the others. */
async function readVhost(vhost: string, inside: readonly Queue[], backup: VhostBackup): Promise<void> {
    const { access, writer, progress } = backup;
    const unread = (queue: Queue, problem: string): void => {
        const entry: UnreadQueue = { vhost, queue: queue.name, problem };
        writer.add({ kind: "unread", ...entry } satisfies BackupRecord);
        writer.sync();
    };
    let next = 0;
    try {
        await withBroker(access, vhost, async (broker) => {
            for (const queue of inside) {
                next += 1;
                if (progress.ended.aborted) {
                    return;
                }
                try {
                    await readQueue(broker, queue, backup);
                } catch (error) {
                    if (!(error instanceof UsageError) || error instanceof FileError) {
                        throw error;
                    }
                    unread(queue, error.message);
                }
            }
        });
    } catch (error) {
        // The connection itself was refused: no queue was tried.
        if (!(error instanceof UsageError) || error instanceof FileError || next > 0) {
            throw error;
        }
        inside.forEach((queue) => {
            unread(queue, error.message);
        });
    }
}

/** An error of the file, and not of a queue. */
class FileError extends UsageError {}

async function readQueue(
    broker: BrokerMessages,
    queue: Queue,
    { plan, writer, queues, progress }: VhostBackup,
): Promise<void> {
    const place = { vhost: queue.vhost, queue: queue.name };
    const digest = new LineDigest();
    let lines: string[] = [];
    let bytes = 0;
    let inexact = 0;
    const guarded = (write: () => void): void => {
        try {
            write();
        } catch (error) {
            throw error instanceof UsageError ? new FileError(error.message) : error;
        }
    };
    const add = (entry: BackupRecord): void => {
        guarded(() => {
            writer.add(entry);
        });
    };
    const flush = (): void => {
        if (lines.length > 0) {
            add({ kind: "messages", ...place, lines });
            lines = [];
            bytes = 0;
        }
    };
    const { total } = await lookAt(broker, plan.topology, queue, maxLimit, (message, raw) => {
        const text = messageLine(raw);
        digest.add(text);
        lines.push(text);
        bytes += text.length;
        inexact += inexactHeader(message.headers) === undefined ? 0 : 1;
        if (bytes >= batchBytes) {
            flush();
            progress.show(`messages of "${queue.name}"`, queues.length, plan.queues.length);
        }
    });
    if (total > digest.count) {
        throw new UsageError(
            `vhost "${queue.vhost}": queue "${queue.name}" has ${counted(total, "message")}, and only ${counted(digest.count, "message")} could be read; end its other consumers, and repeat the command`,
        );
    }
    flush();
    const entry: BackedUpQueue = {
        ...place,
        count: digest.count,
        digest: digest.end(),
        at: new Date().toISOString(),
        inexact,
    };
    add({ kind: "queue", ...entry });
    guarded(writer.sync);
    queues.push(entry);
    progress.show(`queue "${queue.name}"`, queues.length, plan.queues.length);
}
