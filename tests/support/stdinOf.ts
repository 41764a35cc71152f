import { Readable } from "node:stream";

/** A standard input that holds something, and ends. */
export function stdinOf(content: string | Uint8Array): AsyncIterable<Uint8Array> {
    return Readable.from([Buffer.from(content)]);
}
