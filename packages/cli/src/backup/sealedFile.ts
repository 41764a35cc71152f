import {
    createCipheriv,
    createDecipheriv,
    createHash,
    randomBytes,
    scryptSync,
    timingSafeEqual,
} from "node:crypto";
import { closeSync, openSync, readSync, statSync, truncateSync } from "node:fs";
import { UsageError } from "@spot-messaging/topology";
import { z } from "zod";
import { openPrivateFile, type PrivateFile } from "../messages/privateFile.ts";

/** The name and the version of the format; the version is raised when the shape of the file changes. */
const formatName = "topology backup";
const formatVersion = 1;

const saltBytes = 16;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const lengthBytes = 4;

/** As OWASP recommends: 128 MiB of memory, and about half a second for a guess. */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;

const anyHeader = z.object({ format: z.literal(formatName), version: z.number() });

/** The first line. It limits what a file of another person can cost. */
const header = z.object({
    format: z.literal(formatName),
    version: z.literal(formatVersion),
    scrypt: z.object({
        N: z.literal(cost.N),
        r: z.literal(cost.r),
        p: z.literal(cost.p),
        salt: z.base64(),
    }),
    /** Distinguishes a wrong passphrase from damage: the digest of key bytes that encrypt nothing. */
    check: z.base64(),
});

/** A longer first line is of another format. */
const maxHeader = 1_024;

/** Writes records, each encrypted and authenticated with its position in the file. */
export interface SealedWriter {
    readonly add: (record: object) => void;
    /** Returns when everything is on the disk. */
    readonly sync: () => void;
    readonly close: () => void;
}

/** A record, and the length of the file up to its end. */
export interface SealedRecord {
    readonly value: unknown;
    readonly end: number;
}

/** Where a record begins: the number of records before it, and their length. */
export interface RecordPosition {
    readonly index: number;
    readonly offset: number;
}

/** A file of this format, with the key of its passphrase. */
export interface SealedFile {
    /**
     * Yields the records in order.
     * @param from the first one. @default - the first one of the file
     * @throws UsageError at a record that is incomplete, or that was changed
     */
    readonly records: (from?: RecordPosition) => Generator<SealedRecord>;
    /** Removes everything after a record, and continues there. */
    readonly continueAfter: (count: number, end: number) => SealedWriter;
    /** The length of the file. */
    readonly size: number;
}

/**
 * Makes a new file that only its owner can read, encrypted with AES-256-GCM by a key that scrypt derives from a passphrase.
 * @throws UsageError
 */
export function createSealedFile(file: string, passphrase: string): SealedWriter {
    const salt = randomBytes(saltBytes);
    const { key, check } = keysOf(passphrase, salt);
    const line = Buffer.from(
        `${JSON.stringify({
            format: formatName,
            version: formatVersion,
            scrypt: { ...cost, salt: salt.toString("base64") },
            check: check.toString("base64"),
        } satisfies z.infer<typeof header>)}\n`,
    );
    const opened = openPrivateFile(file, "wx", "file", "name a new file");
    opened.append(line);
    return writerOf(opened, { key, line }, 0);
}

/** @throws UsageError if it is not a backup, or the passphrase is wrong */
export function openSealedFile(file: string, passphrase: string): SealedFile {
    const bytes = reader(file);
    const line = firstLine(file, bytes);
    const { scrypt, check } = headerOf(file, line);
    const keys = keysOf(passphrase, Buffer.from(scrypt.salt, "base64"));
    const expected = Buffer.from(check, "base64");
    if (expected.length !== keys.check.length || !timingSafeEqual(expected, keys.check)) {
        throw new UsageError(`file "${file}": the passphrase is wrong`);
    }
    const seal: Seal = { key: keys.key, line };
    return {
        size: bytes.size,
        records: function* (from = { index: 0, offset: line.length }) {
            let { offset } = from;
            for (let { index } = from; offset < bytes.size; index += 1) {
                const length = bytes.read(offset, lengthBytes);
                const sealed = length && bytes.read(offset + lengthBytes, length.readUInt32BE());
                if (sealed === undefined) {
                    throw new UsageError(
                        `file "${file}": is incomplete: it ends inside record ${index + 1}; copy it again, or use another backup`,
                    );
                }
                offset += lengthBytes + sealed.length;
                yield { value: opened(file, seal, index, sealed), end: offset };
            }
        },
        continueAfter: (count, end) => {
            truncateSync(file, end);
            return writerOf(openPrivateFile(file, "a", "file", "check its permissions"), seal, count);
        },
    };
}

interface Seal {
    readonly key: Buffer;
    /** The first line, which every record authenticates. */
    readonly line: Buffer;
}

function keysOf(passphrase: string, salt: Buffer): { readonly key: Buffer; readonly check: Buffer } {
    const derived = scryptSync(passphrase.normalize("NFKC"), salt, 2 * keyBytes, {
        ...cost,
        maxmem: 2 ** 28,
    });
    return {
        key: derived.subarray(0, keyBytes),
        check: createHash("sha256").update(derived.subarray(keyBytes)).digest(),
    };
}

function writerOf(opened: PrivateFile, seal: Seal, count: number): SealedWriter {
    let index = count;
    return {
        add: (record) => {
            // Random, because a run that continues after a kill may write other records in the place of lost ones.
            const nonce = randomBytes(nonceBytes);
            const cipher = createCipheriv("aes-256-gcm", seal.key, nonce).setAAD(placeOf(seal, index));
            const sealed = Buffer.concat([
                nonce,
                cipher.update(JSON.stringify(record), "utf8"),
                cipher.final(),
                cipher.getAuthTag(),
            ]);
            const length = Buffer.alloc(lengthBytes);
            length.writeUInt32BE(sealed.length);
            opened.append(Buffer.concat([length, sealed]));
            index += 1;
        },
        sync: opened.sync,
        close: opened.close,
    };
}

function opened(file: string, seal: Seal, index: number, sealed: Buffer): unknown {
    try {
        const decipher = createDecipheriv("aes-256-gcm", seal.key, sealed.subarray(0, nonceBytes))
            .setAAD(placeOf(seal, index))
            .setAuthTag(sealed.subarray(-tagBytes));
        const text = Buffer.concat([
            decipher.update(sealed.subarray(nonceBytes, -tagBytes)),
            decipher.final(),
        ]).toString("utf8");
        return JSON.parse(text);
    } catch {
        throw new UsageError(
            `file "${file}": record ${index + 1} was changed or damaged; copy the file again, or use another backup`,
        );
    }
}

/** What a record authenticates besides its content: the first line, and its position. */
function placeOf({ line }: Seal, index: number): Buffer {
    const position = Buffer.alloc(8);
    position.writeBigUInt64BE(BigInt(index));
    return Buffer.concat([line, position]);
}

interface Bytes {
    readonly size: number;
    /** So many bytes from an offset. `undefined`: the file is shorter. */
    readonly read: (offset: number, length: number) => Buffer | undefined;
}

function reader(file: string): Bytes {
    const attempt = <T>(work: () => T): T => {
        try {
            return work();
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new UsageError(`file "${file}" cannot be read (${reason}); check the path`);
        }
    };
    const size = attempt(() => statSync(file).size);
    return {
        size,
        read: (offset, length) => {
            if (offset + length > size) {
                return undefined;
            }
            const buffer = Buffer.alloc(length);
            return attempt(() => {
                const descriptor = openSync(file, "r");
                try {
                    let done = 0;
                    while (done < length) {
                        const count = readSync(descriptor, buffer, done, length - done, offset + done);
                        if (count === 0) {
                            return undefined;
                        }
                        done += count;
                    }
                    return buffer;
                } finally {
                    closeSync(descriptor);
                }
            });
        },
    };
}

function firstLine(file: string, { size, read }: Bytes): Buffer {
    const start = read(0, Math.min(size, maxHeader));
    const end = start?.indexOf("\n") ?? -1;
    if (start === undefined || end < 0) {
        throw new UsageError(`file "${file}": is not a backup; make one with topology backup`);
    }
    return start.subarray(0, end + 1);
}

function headerOf(file: string, line: Buffer): z.infer<typeof header> {
    let value: unknown;
    try {
        value = JSON.parse(line.toString("utf8"));
    } catch {
        value = undefined;
    }
    const found = anyHeader.safeParse(value).data;
    if (found === undefined) {
        throw new UsageError(`file "${file}": is not a backup; make one with topology backup`);
    }
    if (found.version !== formatVersion) {
        throw new UsageError(
            `file "${file}": is a backup of format ${found.version}, and this command reads format ${formatVersion}; use the command that made it`,
        );
    }
    const parsed = header.safeParse(value).data;
    if (parsed === undefined) {
        throw new UsageError(
            `file "${file}": its first line was changed or damaged; copy the file again, or use another backup`,
        );
    }
    return parsed;
}
