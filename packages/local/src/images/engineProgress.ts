import type Docker from "dockerode";

/** A line of what the engine says while it works: a build's own output, or why it failed. */
export interface ProgressLine {
    readonly stream?: string;
    readonly error?: string;
}

/** Waits for the end of an operation whose progress the engine streams. A failure arrives as a line of that stream. */
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

/** The engine's own words, without those that its client puts around them. */
export function engineReason(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^\(HTTP code \d+\)[^-]*- /, "").trim();
}
