// The package has no types; this declares the used part.
declare module "mbox-reader" {
    import type { Readable } from "node:stream";

    export function mboxReader(input: Readable): AsyncGenerator<{ readonly content: Buffer }>;
}
