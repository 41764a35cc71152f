import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { UsageError } from "@spot-messaging/topology";
import { otherBytes } from "@spot-messaging/topology/definitions";
import type { Stdin } from "../process/commandIo.ts";

/**
 * Reads a text in UTF-8 that is not empty.
 * @param file a path, or `-` for standard input
 * @param wayOut what to do if it is empty
 * @throws UsageError
 */
export async function readText(file: string, stdin: Stdin, wayOut: string): Promise<string> {
    const name = fileName(file);
    const text = decodeText(unpacked(file === "-" ? await buffer(stdin) : await bytesOf(file), name), name);
    if (text.trim() === "") {
        throw new UsageError(`${name}: is empty; ${wayOut}`);
    }
    return text;
}

/** The name of a file in messages. */
export function fileName(file: string): string {
    return file === "-" ? "standard input" : file.replace(/\\/g, "/");
}

async function bytesOf(file: string): Promise<Uint8Array> {
    try {
        return await readFile(file);
    } catch (error) {
        const code = systemReason(error);
        throw new UsageError(`file "${file}" ${failures[code] ?? `cannot be read (${code})`}`);
    }
}

const failures: Readonly<Record<string, string>> = {
    ENOENT: "does not exist; check the path",
    EISDIR: "is a folder; name a file in it",
    EACCES: "may not be read; check its permissions",
    ERR_FS_FILE_TOO_LARGE: "is larger than 2 GiB; export one virtual host at a time",
};

/** A larger text does not fit into the memory of Node.js together with its value. */
const maxUnpacked = 2 ** 30;

/**
 * The content of a file that is compressed with gzip; any other bytes as they are.
 * @throws UsageError
 */
export function unpacked(bytes: Uint8Array, name: string): Uint8Array {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
        return bytes;
    }
    try {
        return gunzipSync(bytes, { maxOutputLength: maxUnpacked });
    } catch (error) {
        throw new UsageError(
            systemReason(error) === "ERR_BUFFER_TOO_LARGE"
                ? `${name}: unpacks to more than ${maxUnpacked / 2 ** 30} GiB; export one virtual host at a time`
                : `${name}: is compressed with gzip, and damaged; compress it again`,
        );
    }
}

/**
 * @param name the name of the file in messages
 * @throws UsageError if it is not UTF-8 text
 */
export function decodeText(bytes: Uint8Array, name: string): string {
    const other = otherBytes(bytes);
    if (other !== undefined) {
        throw new UsageError(`${name}: is ${other.what}, not text in UTF-8; ${other.wayOut}`);
    }
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
        throw new UsageError(
            systemReason(error) === "ERR_STRING_TOO_LONG"
                ? `${name}: is too large for the memory; export one virtual host at a time`
                : `${name}: is not UTF-8 text; unpack or convert it`,
        );
    }
}

/**
 * Writes a text into a file.
 * @throws UsageError
 */
export async function writeText(file: string, text: string): Promise<void> {
    try {
        await writeFile(file, text);
    } catch (error) {
        throw new UsageError(
            `file "${file}" cannot be written (${systemReason(error)}); check that its folder exists`,
        );
    }
}

/** The code of a system error, such as `ENOENT`; for any other error its text. */
export function systemReason(error: unknown): string {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
