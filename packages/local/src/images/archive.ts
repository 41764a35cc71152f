import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { UserError } from "@spot-messaging/topology";
import tar from "tar-stream";

/** A file of an archive. */
export interface ArchiveFile {
    readonly path: string;
    readonly content: Buffer;
}

/** Packs files from memory. The archive contains no owner, mode or time of this machine. */
export function packFiles(files: readonly ArchiveFile[]): NodeJS.ReadableStream {
    const pack = tar.pack();
    for (const { path, content } of files) {
        pack.entry({ name: path, mode: 0o644, mtime: new Date(0) }, content);
    }
    pack.finalize();
    return pack.pipe(new PassThrough());
}

/**
 * Packs a folder with its owners and modes, and passes the archive to `send`. If packing stops early, the whole call fails, because the
 * receiver cannot distinguish a truncated archive from a small one.
 * @param leftOut - patterns of excluded paths; each begins with `./`
 */
export async function sendFolder<Result>(
    folder: string,
    leftOut: readonly string[],
    send: (archive: NodeJS.ReadableStream, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
    const packer = spawn(
        "tar",
        [
            ...["--create", "--numeric-owner", "--file=-", `--directory=${folder}`],
            ...leftOut.map((pattern) => `--exclude=${pattern}`),
            ".",
        ],
        { stdio: ["ignore", "pipe", "ignore"] },
    );
    const archive = new PassThrough();
    const broken = new AbortController();
    const fail = (): void => {
        broken.abort();
    };
    packer.stdout.pipe(archive, { end: false });
    packer.once("error", fail);
    packer.once("close", (code) => {
        if (code === 0) {
            archive.end();
        } else {
            fail();
        }
    });
    try {
        return await send(archive, broken.signal);
    } catch (error) {
        throw broken.signal.aborted
            ? new UserError(`folder "${folder}": cannot be packed; make room on its disk`)
            : error;
    } finally {
        packer.kill();
    }
}
