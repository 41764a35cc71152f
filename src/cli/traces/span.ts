import { z } from "zod";

/** One step of a trace, as `python -m spot_services traces` prints it. Times are milliseconds since 1970. */
export type Span = z.infer<typeof spanSchema>;

const spanSchema = z.object({
    service: z.string(),
    trace: z.string(),
    id: z.string(),
    parent: z.string().nullable(),
    name: z.string(),
    kind: z.string(),
    start: z.number(),
    end: z.number(),
    failed: z.boolean(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** The spans of complete lines. */
export function parseSpans(lines: readonly string[]): readonly Span[] {
    return lines.filter((line) => line !== "").map((line) => spanSchema.parse(JSON.parse(line)));
}

/** The analysis or the call that a span belongs to. */
export function conversationOf({ attributes }: Span): string | undefined {
    const id = attributes["messaging.message.conversation_id"];
    return typeof id === "string" ? id : undefined;
}
