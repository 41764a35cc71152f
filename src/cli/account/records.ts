import { z } from "zod";

const submission = z.object({
    service: z.literal("gateway"),
    id: z.string(),
    /** Whether the gateway knows that the broker has the request. */
    outcome: z.enum(["confirmed", "unknown"]),
    /** The end that the gateway tells the sender; null: not known to it yet. */
    state: z.string().nullable(),
    /** Seconds since 1970, as all times. */
    at: z.number(),
});

const analysis = z.object({
    service: z.literal("analyzer-orchestrator"),
    id: z.string(),
    state: z.enum(["running", "completed", "failed"]),
    at: z.number(),
    deadlineAt: z.number(),
    /** Whether the broker has the result. */
    published: z.boolean(),
});

const result = z.object({
    service: z.literal("result-processor"),
    id: z.string(),
    state: z.enum(["completed", "failed"]),
    at: z.number(),
});

const notification = z.object({
    service: z.literal("notifier"),
    id: z.string().nullable(),
    channel: z.string(),
    message: z.string(),
    /** `unanswered`: the channel's answer was lost. */
    state: z.enum(["sending", "unanswered", "sent"]),
    /** How often it was sent again, because an answer was lost. */
    repeats: z.number(),
    at: z.number(),
});

/** One line of `python -m spot_services records`. */
export const storedRecord = z.discriminatedUnion("service", [submission, analysis, result, notification]);

export type SubmissionRecord = z.infer<typeof submission>;
export type AnalysisRecord = z.infer<typeof analysis>;
export type ResultRecord = z.infer<typeof result>;
export type NotificationRecord = z.infer<typeof notification>;

/** What the services have stored about e-mails. */
export interface StoredRecords {
    readonly submissions: readonly SubmissionRecord[];
    readonly analyses: readonly AnalysisRecord[];
    readonly results: readonly ResultRecord[];
    readonly notifications: readonly NotificationRecord[];
}

/** The services that keep records, and the names of their lists. */
export const recordKeepers = ["gateway", "analyzer-orchestrator", "result-processor", "notifier"] as const;

/** A message in a parking queue. */
export interface DeadLetter {
    readonly queue: string;
    /** The analysis; `undefined` if the message does not name one. */
    readonly id: string | undefined;
    readonly reason: string;
}

/** Sorts the printed lines of all services. */
export function parseRecords(lines: readonly string[]): StoredRecords {
    const all = lines.map((line) => storedRecord.parse(JSON.parse(line)));
    return {
        submissions: all.filter((each) => each.service === "gateway"),
        analyses: all.filter((each) => each.service === "analyzer-orchestrator"),
        results: all.filter((each) => each.service === "result-processor"),
        notifications: all.filter((each) => each.service === "notifier"),
    };
}
