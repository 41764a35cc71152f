import type Docker from "dockerode";

/** A progress line of the engine: output of a build, or the reason of a failure. */
export interface ProgressLine {
    readonly stream?: string;
    readonly error?: string;
}

/** Waits for the end of an operation that streams its progress. A failure arrives as a line of that stream. */
export async function followProgress(
    docker: Docker,
    progress: NodeJS.ReadableStream,
    onLine: (line: ProgressLine) => void = () => undefined,
): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(
            progress,
            (error: Error | null, lines: readonly ProgressLine[]) => {
                const failure = lines.find((line) => line.error !== undefined)?.error;
                const problem = error ?? (failure === undefined ? undefined : new Error(failure));
                if (problem === undefined) {
                    resolve();
                } else {
                    reject(problem);
                }
            },
            onLine,
        );
    });
}

/** The engine's error message, without the prefix that its client adds. */
export function engineReason(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^\(HTTP code \d+\)[^-]*- /, "").trim();
}
