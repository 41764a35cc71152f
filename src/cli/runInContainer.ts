import { once } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** What a program in a container printed, and how it ended. */
export interface Execution {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

interface Demultiplexer {
    demuxStream(from: NodeJS.ReadableStream, out: PassThrough, err: PassThrough): void;
}

/** Runs a program in a running container and waits for its end. */
export async function runInContainer(
    container: Docker.Container,
    command: readonly string[],
    user?: string,
): Promise<Execution> {
    const exec = await container.exec({
        Cmd: [...command],
        AttachStdout: true,
        AttachStderr: true,
        ...(user !== undefined && { User: user }),
    });
    const stream = await exec.start({});
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    // Its types leave out the type of `modem`.
    const modem = container.modem as Demultiplexer;
    modem.demuxStream(stream, stdout, stderr);
    const printed = Promise.all([text(stdout), text(stderr)]);
    // A stream that broke already ended; then there is nothing to wait for.
    if (!stream.readableEnded && !stream.destroyed) {
        await Promise.race([once(stream, "end"), once(stream, "close")]);
    }
    stdout.end();
    stderr.end();
    const [out, err] = await printed;
    return { exitCode: (await exec.inspect()).ExitCode ?? -1, stdout: out, stderr: err };
}
