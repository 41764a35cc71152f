import { describe, expect, it } from "vitest";
import { settleAccounts } from "../../../src/cli/account/account.ts";
import { stableId } from "../../../src/cli/account/stableId.ts";
import type { Submission } from "../../chaos/client.ts";
import { balance, brokenPromises } from "../../chaos/ledger.ts";
import type { RunRecord } from "../../chaos/run.ts";
import type { Delivery } from "../../chaos/sink/sink.ts";

const id = "a-1";
const start = 1_000_000;

const accepted: Submission = {
    serial: 1,
    key: "k-1",
    filename: "chaos-1.eml",
    urgent: false,
    startedAt: start,
    answers: [{ at: start, kind: "accepted", status: 202, text: "" }],
    id,
    acceptedAt: start,
    fate: "accepted",
};

function delivery(channel: Delivery["channel"], changes: Partial<Delivery> = {}): Delivery {
    return {
        channel,
        key: stableId(id, "completed"),
        kind: "completed",
        analysis: id,
        filename: "chaos-1.eml",
        answered: true,
        at: start / 1_000 + 3,
        ...changes,
    };
}

const at = start / 1_000;
const settled: RunRecord["records"] = {
    submissions: [{ service: "gateway", id, outcome: "confirmed", state: "completed", at }],
    analyses: [
        {
            service: "analyzer-orchestrator",
            id,
            state: "completed",
            at,
            deadlineAt: at + 120,
            published: true,
        },
    ],
    results: [{ service: "result-processor", id, state: "completed", at: at + 2 }],
    notifications: ["email", "webhook"].map((channel) => ({
        service: "notifier" as const,
        id,
        channel,
        message: stableId(id, "completed"),
        state: "sent" as const,
        repeats: 0,
        at: at + 3,
    })),
};

function run(changes: Partial<RunRecord> = {}): RunRecord {
    const records = changes.records ?? settled;
    return {
        seed: 1,
        startedAt: start,
        endedAt: start + 10_000,
        faults: [],
        submissions: [accepted],
        records,
        account: settleAccounts({
            records,
            deadLetters: [],
            waiting: {},
            channels: ["email", "webhook"],
            now: at + 1_000,
            since: 0,
            grace: 60,
        }),
        deliveries: [delivery("email"), delivery("webhook")],
        brokerVersion: "4.3",
        ...changes,
    };
}

const fault = {
    title: "kill -9 notifier-0",
    kind: "kill",
    injectedAt: start + 2_000,
    repairedAt: start + 4_000,
    acceptedAfterMs: 1,
    concludedAfterMs: 2,
} as const;

describe("the ledger of a chaos run", () => {
    it("breaks no promise when every e-mail has its result and its notifications", () => {
        const ledger = balance(run());
        expect(brokenPromises(ledger)).toEqual([]);
        expect(ledger).toMatchObject({ sent: 1, completed: 1, goodput: 0.1, seconds: { median: 2, p95: 2 } });
    });

    it.each<[string, Partial<RunRecord>, string[]]>([
        [
            "an accepted e-mail that the gateway does not know",
            { records: { submissions: [], analyses: [], results: [], notifications: [] }, deliveries: [] },
            [`lost: e-mail 1 was accepted as "${id}", and the gateway has no such submission`],
        ],
        [
            "an e-mail that was analysed twice",
            { deliveries: [delivery("email"), delivery("webhook", { analysis: "a-2" })] },
            [`duplicate result: e-mail 1 was analysed as ${id} and a-2`],
        ],
        [
            "an analysis that is announced twice with different keys",
            { deliveries: [delivery("email"), delivery("email", { key: "other" }), delivery("webhook")] },
            [
                `duplicate result: email of analysis "${id}" has the keys ${stableId(id, "completed")} and other`,
            ],
        ],
        [
            "an e-mail that was refused and analysed",
            {
                submissions: [
                    {
                        ...accepted,
                        fate: "not accepted",
                        answers: [{ at: start, kind: "not accepted", status: 503, text: "" }],
                    },
                ],
            },
            ['untrue answer: e-mail 1 was answered "not accepted", and it was analysed'],
        ],
        [
            "a good e-mail that was answered 500",
            {
                submissions: [
                    {
                        ...accepted,
                        fate: "rejected",
                        answers: [{ at: start, kind: "rejected", status: 500, text: "internal error" }],
                    },
                ],
            },
            ["untrue answer: e-mail 1 was answered 500: internal error"],
        ],
        [
            "an e-mail that was analysed under another id",
            { submissions: [{ ...accepted, id: "a-9" }] },
            [
                'lost: e-mail 1 was accepted as "a-9", and the gateway has no such submission',
                'untrue answer: e-mail 1 was accepted as "a-9", and analysed under another id',
            ],
        ],
        [
            "a notification that is repeated for no reason",
            { deliveries: [delivery("email"), delivery("webhook"), delivery("webhook", { at: at + 60 })] },
            [`repeated notification: webhook "${stableId(id, "completed")}" after 57.0 s`],
        ],
    ])("finds %s", (_, changes, expected) => {
        expect(brokenPromises(balance(run(changes)))).toEqual(expected);
    });

    it("counts a repetition after a lost answer, and one in a fault", () => {
        const unanswered = [delivery("email", { answered: false }), delivery("email", { at: at + 40 })];
        const { notifications } = balance(
            run({
                deliveries: [...unanswered, delivery("webhook"), delivery("webhook", { at: at + 60 })],
                faults: [fault],
            }),
        );
        expect(notifications).toEqual({ sent: 4, repeatedUnanswered: 1, repeatedInFault: 1, repeated: [] });
    });
});
