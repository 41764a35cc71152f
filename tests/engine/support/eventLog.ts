import { readFileSync } from "node:fs";
import { z } from "zod";

/** What the engine did at one moment. */
export interface EngineEvent {
    /** In whole seconds since 1970. */
    readonly seconds: number;
    /** A step of a resource begins or ends, or the program or a provider reports an error. */
    readonly what: "begins" | "ends" | "error";
    /** The resource's type token, or the message. */
    readonly text: string;
}

/** Makes the engine write its events into a file, as they come. */
export function loggingTo(file: string): readonly string[] {
    return ["--event-log", file];
}

/** Without it the engine does not know that argument. */
export const loggingVariables = { PULUMI_DEBUG_COMMANDS: "true" };

const resource = z.object({ metadata: z.object({ type: z.string() }) });
const event = z.object({
    timestamp: z.number(),
    resourcePreEvent: resource.optional(),
    resOutputsEvent: resource.optional(),
    diagnosticEvent: z.object({ severity: z.string(), message: z.string() }).optional(),
});

/** The events of one command, in the order in which they came. */
export function readEvents(file: string): readonly EngineEvent[] {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    return lines.flatMap((line): readonly EngineEvent[] => {
        const { timestamp, resourcePreEvent, resOutputsEvent, diagnosticEvent } = event.parse(
            JSON.parse(line),
        );
        const seconds = timestamp;
        if (resourcePreEvent !== undefined) {
            return [{ seconds, what: "begins", text: resourcePreEvent.metadata.type }];
        }
        if (resOutputsEvent !== undefined) {
            return [{ seconds, what: "ends", text: resOutputsEvent.metadata.type }];
        }
        return diagnosticEvent?.severity === "error"
            ? [{ seconds, what: "error", text: diagnosticEvent.message }]
            : [];
    });
}
