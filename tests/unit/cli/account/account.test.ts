import { describe, expect, it } from "vitest";
import { type Books, settleAccounts } from "../../../../src/cli/account/account.ts";
import type { StoredRecords } from "../../../../src/cli/account/records.ts";
import { stableId } from "../../../../src/cli/account/stableId.ts";

const id = "6f1c";
const now = 2_000;
/** Long before `now`, so that every step is over. */
const early = 100;

const submission = {
    service: "gateway",
    id,
    outcome: "confirmed",
    state: "completed" as string | null,
    at: early,
} as const;
const analysis = {
    service: "analyzer-orchestrator",
    id,
    state: "completed",
    at: early,
    deadlineAt: 200,
    published: true,
} as const;
const result = { service: "result-processor", id, state: "completed", at: 110 } as const;
const sent = (channel: string, changes: object = {}) => ({
    service: "notifier" as const,
    id,
    channel,
    message: stableId(id, "completed"),
    state: "sent" as const,
    repeats: 0,
    at: 111,
    ...changes,
});

const settled: StoredRecords = {
    submissions: [submission],
    analyses: [analysis],
    results: [result],
    notifications: [sent("email"), sent("webhook")],
};

function books(records: Partial<StoredRecords>, rest: Partial<Books> = {}): Books {
    return {
        records: { ...settled, ...records },
        deadLetters: [],
        waiting: {},
        channels: ["email", "webhook"],
        now,
        since: 0,
        grace: 60,
        ...rest,
    };
}

const none = { submissions: [], analyses: [], results: [], notifications: [] };
const letter = (queue: string) => ({ queue, id, reason: "too old" });

describe("the account of a stack", () => {
    it("computes the same message ids as the services", () => {
        // From `stable_id("a", "completed")` in Python.
        expect(stableId("a", "completed")).toBe("c48aac66-770f-5435-8b66-da6583216367");
    });

    it("matches a confirmed submission with its result and both notifications", () => {
        const account = settleAccounts(books({}));
        expect(account).toEqual({
            submissions: { confirmed: 1, unknown: 0 },
            ends: { completed: 1, failed: 0, deadLettered: 0, running: 0 },
            notifications: {
                email: { sent: 1, waiting: 0, deadLettered: 0, repeated: 0 },
                webhook: { sent: 1, waiting: 0, deadLettered: 0, repeated: 0 },
            },
            deadLetters: {},
            discrepancies: [],
        });
    });

    it.each<[string, Books, string[]]>([
        [
            "a confirmed submission that no service has",
            books({ ...none, submissions: [submission] }),
            ["lost: was confirmed, and no service and no queue has it"],
        ],
        [
            "a submission whose outcome the gateway never learnt",
            books({ ...none, submissions: [{ ...submission, outcome: "unknown", state: null }] }),
            ["stuck: the gateway never learnt whether it was accepted"],
        ],
        [
            "an analysis that runs long after its deadline",
            books({ ...none, submissions: [submission], analyses: [{ ...analysis, state: "running" }] }),
            ["stuck: runs 1800 s after its deadline"],
        ],
        [
            "a decided result that was never published",
            books({ results: [], notifications: [], analyses: [{ ...analysis, published: false }] }),
            ['stuck: its result ("completed") was decided but never published'],
        ],
        [
            "a published result that is not stored",
            books({ results: [], notifications: [] }),
            ['lost: its result ("completed") is neither stored nor in a queue'],
        ],
        ["two results", books({ results: [result, result] }), ["duplicated: has 2 results"]],
        [
            "a gateway that answers something else than the result",
            books({ submissions: [{ ...submission, state: "failed" }] }),
            ['untrue: the gateway answers "failed", and the result is "completed"'],
        ],
        [
            "a notification that one channel never got",
            books({ notifications: [sent("email")] }),
            ['lost: has a result, and channel "webhook" never got its notification'],
        ],
        [
            "an alert instead of the result's notification",
            books({ notifications: [sent("email"), sent("webhook", { message: stableId(id, "alert") })] }),
            ['lost: has a result, and channel "webhook" never got its notification'],
        ],
        [
            "a notification that is still being sent, with an empty queue",
            books({ notifications: [sent("email"), sent("webhook", { state: "sending" })] }),
            ['stuck: its notification through channel "webhook" is "sending", and its queue is empty'],
        ],
    ])("finds %s", (_, given, expected) => {
        const found = settleAccounts(given).discrepancies;
        expect(found.map(({ kind, sentence }) => `${kind}: ${sentence}`)).toEqual(expected);
        expect(found.map((each) => each.id)).toEqual(expected.map(() => id));
    });

    it.each<[string, Books, keyof ReturnType<typeof settleAccounts>["ends"]]>([
        [
            "waits for a request in its queue",
            books({ ...none, submissions: [submission] }, { waiting: { "analyzer-orchestrator": 1 } }),
            "running",
        ],
        [
            "waits for a result in its queue",
            books({ results: [], notifications: [] }, { waiting: { "result-processor": 1 } }),
            "running",
        ],
        ["waits until the deadline", books({ results: [], notifications: [] }, { now: 210 }), "running"],
        [
            "accepts a dead-lettered request",
            books(
                { ...none, submissions: [submission] },
                { deadLetters: [letter("analyzer-orchestrator.dlq")] },
            ),
            "deadLettered",
        ],
        [
            "accepts a dead-lettered result",
            books({ results: [], notifications: [] }, { deadLetters: [letter("result-processor.dlq")] }),
            "deadLettered",
        ],
        [
            "accepts a failed analysis",
            books({
                submissions: [{ ...submission, state: "failed" }],
                results: [{ ...result, state: "failed" }],
                notifications: ["email", "webhook"].map((channel) =>
                    sent(channel, { message: stableId(id, "failed") }),
                ),
            }),
            "failed",
        ],
    ])("%s", (_, given, end) => {
        const account = settleAccounts(given);
        expect(account.discrepancies).toEqual([]);
        expect(account.ends).toEqual({ completed: 0, failed: 0, deadLettered: 0, running: 0, [end]: 1 });
    });

    it("counts what waits, is parked or was repeated in each channel", () => {
        const { notifications, discrepancies } = settleAccounts(
            books(
                { notifications: [sent("email", { repeats: 2 })] },
                { deadLetters: [letter("notifications.webhook.dlq")] },
            ),
        );
        expect(discrepancies).toEqual([]);
        expect(notifications).toEqual({
            email: { sent: 1, waiting: 0, deadLettered: 0, repeated: 1 },
            webhook: { sent: 0, waiting: 0, deadLettered: 1, repeated: 0 },
        });
    });

    it("gives the gateway time to settle a submission that was never confirmed", () => {
        const unknown = { ...submission, outcome: "unknown", state: null, at: now - 600 } as const;
        const { submissions, ends, discrepancies } = settleAccounts(
            books({ ...none, submissions: [unknown] }),
        );
        expect(submissions).toEqual({ confirmed: 0, unknown: 1 });
        expect(ends.running).toBe(0);
        expect(discrepancies).toEqual([]);
    });

    it("leaves out what was submitted before a time", () => {
        const { submissions, discrepancies } = settleAccounts(
            books({ ...none, submissions: [submission] }, { since: early + 1 }),
        );
        expect(submissions.confirmed).toBe(0);
        expect(discrepancies).toEqual([]);
    });
});
