import { writeFile } from "node:fs/promises";
import { parseDuration, UsageError, UserError } from "@spot-messaging/topology";
import { drawTraces } from "./drawTrace.ts";
import { followTraces } from "./followTraces.ts";
import { renderTrace } from "./renderTrace.ts";
import { buildTraces, isOfMail } from "./traceTree.ts";

/** The options of `npm run traces`. */
export interface TracesOptions {
    readonly stack: string;
    readonly for: string;
    readonly id?: string;
    readonly svg?: string;
    readonly json?: true;
}

/**
 * Receives traces and returns them as text or JSON.
 * @throws UsageError, UserError
 */
export async function showTraces(
    options: TracesOptions,
    signal: AbortSignal,
    report: (message: string) => void,
): Promise<string> {
    const { stack, id, svg, json } = options;
    const milliseconds = parseDuration(options.for.replace(/^(\d+)\s*s$/, "$1 seconds"));
    if (milliseconds === undefined || milliseconds <= 0) {
        throw new UsageError(`--for "${options.for}" is not a duration; write for example "60 seconds"`);
    }
    const received = await followTraces(
        stack,
        { milliseconds, signal, ...(id !== undefined && { id }) },
        report,
    );
    // Health checks and status requests are traces too.
    const traces = buildTraces(received, id).filter(isOfMail);
    if (traces.length === 0) {
        throw new UserError(
            id === undefined
                ? `no e-mail was analysed in this time; submit one while this command runs, or give a longer --for`
                : `no trace of analysis "${id}" arrived; start this command before the e-mail is submitted`,
        );
    }
    if (svg !== undefined) {
        await writeFile(svg, drawTraces(traces));
    }
    return json === true ? JSON.stringify(traces, undefined, 4) : traces.map(renderTrace).join("\n\n");
}
