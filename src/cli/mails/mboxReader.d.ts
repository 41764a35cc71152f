// The package ships no types; this is the part that is used.
declare module "mbox-reader" {
    import type { Readable } from "node:stream";

    export function mboxReader(input: Readable): AsyncGenerator<{ readonly content: Buffer }>;
}
