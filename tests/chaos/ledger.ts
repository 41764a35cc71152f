import type { Submission } from "./client.ts";
import { serialOf } from "./mails.ts";
import type { PastFault, RunRecord } from "./run.ts";
import type { Delivery } from "./sink/sink.ts";

/** What a run promises, and what became of it. */
export interface Ledger {
    readonly sent: number;
    /** What the senders believe at the end. */
    readonly fates: Readonly<Record<Submission["fate"], number>>;
    readonly completed: number;
    readonly failed: number;
    readonly deadLettered: number;
    readonly lost: readonly string[];
    readonly duplicateResults: readonly string[];
    readonly stuck: readonly string[];
    readonly untrueAnswers: readonly string[];
    readonly notifications: {
        readonly sent: number;
        /** Sent again after the receiver deliberately did not answer. */
        readonly repeatedUnanswered: number;
        /** Sent again after a fault in the moment of the answer. */
        readonly repeatedInFault: number;
        /** Sent again for no known reason. */
        readonly repeated: readonly string[];
    };
    /** Completed analyses a second, from the start of the load to its end. */
    readonly goodput: number;
    /** Seconds from acceptance to result: median and 95th percentile. */
    readonly seconds: { readonly median: number; readonly p95: number };
}

/** Whether no promise is broken. */
export function isKept(ledger: Ledger): boolean {
    return brokenPromises(ledger).length === 0;
}

/** A sentence for each broken promise. */
export function brokenPromises(ledger: Ledger): readonly string[] {
    const { lost, duplicateResults, stuck, untrueAnswers, notifications } = ledger;
    return [
        ...lost.map((each) => `lost: ${each}`),
        ...duplicateResults.map((each) => `duplicate result: ${each}`),
        ...stuck.map((each) => `stuck: ${each}`),
        ...untrueAnswers.map((each) => `untrue answer: ${each}`),
        ...notifications.repeated.map((each) => `repeated notification: ${each}`),
    ];
}

/** Compares the answers that the senders got, what the services stored and what the receivers of the notifications got. */
export function balance(run: RunRecord): Ledger {
    const { submissions, records, account, deliveries } = run;
    const results = new Map(records.results.map((each) => [each.id, each]));
    const discrepancies = (kind: string): string[] =>
        account.discrepancies
            .filter((each) => each.kind === kind)
            .map(({ id, sentence }) => `analysis "${id}" ${sentence}`);
    const analyses = analysesBySerial(deliveries);
    const known = new Set(records.submissions.map(({ id }) => id));
    const accepted = submissions.filter(({ fate }) => fate === "accepted");
    const explained = new Set(account.discrepancies.map((each) => each.id));
    const endless = accepted.filter(({ id = "" }) => known.has(id) && !results.has(id) && !explained.has(id));
    const ends = deliveries.filter(({ kind }) => kind !== "alert");
    const keys = groups(ends, ({ channel, analysis }) => `${channel} of analysis "${analysis}"`);
    const latencies = accepted
        .flatMap(({ id, acceptedAt }) => {
            const result = results.get(id ?? "");
            return result === undefined || acceptedAt === undefined ? [] : [result.at - acceptedAt / 1_000];
        })
        .sort((one, other) => one - other);
    return {
        sent: submissions.length,
        fates: {
            accepted: accepted.length,
            "not accepted": count(submissions, "not accepted"),
            unknown: count(submissions, "unknown"),
            "not sent": count(submissions, "not sent"),
            rejected: count(submissions, "rejected"),
        },
        completed: account.ends.completed,
        failed: account.ends.failed,
        deadLettered: account.ends.deadLettered,
        lost: [
            ...discrepancies("lost"),
            ...accepted
                .filter(({ id }) => id !== undefined && !known.has(id))
                .map(
                    ({ serial, id }) =>
                        `e-mail ${serial} was accepted as "${id ?? ""}", and the gateway has no such submission`,
                ),
        ],
        duplicateResults: [
            ...discrepancies("duplicated"),
            ...[...analyses]
                .filter(([, ids]) => ids.size > 1)
                .map(([serial, ids]) => `e-mail ${serial} was analysed as ${[...ids].join(" and ")}`),
            ...[...keys]
                .map(([what, sent]): [string, Set<string>] => [what, new Set(sent.map(({ key }) => key))])
                .filter(([, distinct]) => distinct.size > 1)
                .map(([what, distinct]) => `${what} has the keys ${[...distinct].join(" and ")}`),
        ],
        stuck: [
            ...discrepancies("stuck"),
            ...(endless.length > account.ends.running + account.ends.deadLettered
                ? [
                      `of ${endless.length} accepted e-mails without a result, ${account.ends.running} run and ${account.ends.deadLettered} are dead letters`,
                  ]
                : []),
            ...(account.ends.running > 0 ? [`${account.ends.running} e-mails still have no end`] : []),
            ...Object.entries(account.notifications)
                .filter(([, { waiting }]) => waiting > 0)
                .map(([channel, { waiting }]) => `${waiting} notifications wait for channel "${channel}"`),
        ],
        untrueAnswers: [
            ...discrepancies("untrue"),
            ...submissions
                .filter(({ fate, serial }) => fate === "not accepted" && analyses.has(serial))
                .map(({ serial }) => `e-mail ${serial} was answered "not accepted", and it was analysed`),
            ...submissions
                .filter(({ fate }) => fate === "rejected")
                .map(({ serial, answers }) => {
                    const { status, text } = answers.at(-1) ?? { status: 0, text: "" };
                    return `e-mail ${serial} was answered ${status ?? 0}: ${text}`;
                }),
            ...accepted
                .filter(({ serial, id }) => ![undefined, id].includes([...(analyses.get(serial) ?? [])][0]))
                .map(
                    ({ serial, id }) =>
                        `e-mail ${serial} was accepted as "${id ?? ""}", and analysed under another id`,
                ),
        ],
        notifications: repetitions(deliveries, run.faults),
        goodput:
            records.results.filter(({ state, at }) => state === "completed" && at * 1_000 <= run.endedAt)
                .length /
            ((run.endedAt - run.startedAt) / 1_000),
        seconds: { median: quantile(latencies, 0.5), p95: quantile(latencies, 0.95) },
    };
}

function count(submissions: readonly Submission[], fate: Submission["fate"]): number {
    return submissions.filter((each) => each.fate === fate).length;
}

/** The ids under which each e-mail was analysed, by its serial number. */
function analysesBySerial(deliveries: readonly Delivery[]): Map<number, Set<string>> {
    const found = new Map<number, Set<string>>();
    for (const { filename, analysis } of deliveries) {
        const serial = serialOf(filename);
        if (serial !== undefined) {
            found.set(serial, (found.get(serial) ?? new Set()).add(analysis));
        }
    }
    return found;
}

/** An answer travels at most this long before and after a fault that loses it. */
const answerMs = 15_000;

function repetitions(deliveries: readonly Delivery[], faults: readonly PastFault[]): Ledger["notifications"] {
    const repeated: string[] = [];
    let [repeatedUnanswered, repeatedInFault] = [0, 0];
    for (const [what, all] of groups(deliveries, ({ channel, key }) => `${channel} "${key}"`)) {
        for (const [index, delivery] of all.slice(1).entries()) {
            const before = all[index] ?? delivery;
            const at = before.at * 1_000;
            if (!before.answered) {
                repeatedUnanswered += 1;
            } else if (
                faults.some(
                    ({ injectedAt, repairedAt }) => injectedAt - answerMs < at && at < repairedAt + answerMs,
                )
            ) {
                repeatedInFault += 1;
            } else {
                repeated.push(`${what} after ${(delivery.at - before.at).toFixed(1)} s`);
            }
        }
    }
    return { sent: deliveries.length, repeatedUnanswered, repeatedInFault, repeated };
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
    const found = new Map<string, T[]>();
    for (const item of items) {
        const group = found.get(keyOf(item));
        if (group === undefined) {
            found.set(keyOf(item), [item]);
        } else {
            group.push(item);
        }
    }
    return found;
}

/** A quantile of sorted numbers; 0 without any. */
export function quantile(sorted: readonly number[], share: number): number {
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
