import type { DeadLetter, StoredRecords } from "./records.ts";
import { stableId } from "./stableId.ts";

/** A submission whose account does not add up. */
export interface Discrepancy {
    readonly kind: "lost" | "duplicated" | "stuck" | "untrue";
    readonly id: string;
    readonly sentence: string;
}

/** Every confirmed submission with its end. */
export interface Account {
    readonly submissions: {
        readonly confirmed: number;
        /** The gateway does not know whether the broker has the request. */
        readonly unknown: number;
    };
    readonly ends: {
        readonly completed: number;
        readonly failed: number;
        /** No result, but a dead letter with its reason. */
        readonly deadLettered: number;
        readonly running: number;
    };
    readonly notifications: Readonly<
        Record<
            string,
            {
                readonly sent: number;
                readonly waiting: number;
                readonly deadLettered: number;
                readonly repeated: number;
            }
        >
    >;
    /** Dead letters by queue. */
    readonly deadLetters: Readonly<Record<string, number>>;
    readonly discrepancies: readonly Discrepancy[];
}

/** What a match needs to know. */
export interface Books {
    readonly records: StoredRecords;
    readonly deadLetters: readonly DeadLetter[];
    /** Messages in each work queue. */
    readonly waiting: Readonly<Record<string, number>>;
    readonly channels: readonly string[];
    /** Seconds since 1970: now, and the time from which submissions count. */
    readonly now: number;
    readonly since: number;
    /** Seconds that a step may take beyond an analysis's deadline. */
    readonly grace: number;
}

/**
 * Matches every confirmed submission with exactly one result, or with a dead letter, and every result with one notification in each
 * channel. A step that is not over yet is a discrepancy only after its time, or if no queue holds its message.
 */
export function settleAccounts(books: Books): Account {
    const { records, deadLetters, channels, since } = books;
    const submissions = records.submissions.filter(({ at }) => at >= since);
    const matched = matcher(books);
    const ends = { completed: 0, failed: 0, deadLettered: 0, running: 0 };
    const totals = new Map(
        channels.map((channel) => [channel, { sent: 0, waiting: 0, deadLettered: 0, repeated: 0 }]),
    );
    const discrepancies: Discrepancy[] = [];
    for (const submission of submissions) {
        const { end, problems } = matched.end(submission.id, submission.at, submission.outcome);
        if (end !== undefined) {
            ends[end] += 1;
        }
        discrepancies.push(...problems);
        if (end !== "completed" && end !== "failed") {
            continue;
        }
        if (submission.state !== null && submission.state !== end) {
            discrepancies.push({
                kind: "untrue",
                id: submission.id,
                sentence: `the gateway answers "${submission.state}", and the result is "${end}"`,
            });
        }
        for (const [channel, total] of totals) {
            const { outcome, repeats, problem } = matched.notification(submission.id, channel);
            if (outcome !== undefined) {
                total[outcome] += 1;
            }
            total.repeated += repeats > 0 ? 1 : 0;
            if (problem !== undefined) {
                discrepancies.push(problem);
            }
        }
    }
    return {
        submissions: {
            confirmed: submissions.filter(({ outcome }) => outcome === "confirmed").length,
            unknown: submissions.filter(({ outcome }) => outcome === "unknown").length,
        },
        ends,
        notifications: Object.fromEntries(totals),
        deadLetters: countBy(deadLetters.map(({ queue }) => queue)),
        discrepancies,
    };
}

/** The gateway settles a submission without a confirmation within this time. */
const settledSeconds = 900;

interface Matcher {
    readonly end: (
        id: string,
        submittedAt: number,
        outcome: "confirmed" | "unknown",
    ) => { readonly end: keyof Account["ends"] | undefined; readonly problems: readonly Discrepancy[] };
    readonly notification: (
        id: string,
        channel: string,
    ) => {
        readonly outcome: "sent" | "waiting" | "deadLettered" | undefined;
        readonly repeats: number;
        readonly problem?: Discrepancy;
    };
}

function matcher({ records, deadLetters, waiting, now, grace }: Books): Matcher {
    const results = groupBy(records.results, ({ id }) => id);
    const analyses = new Map(records.analyses.map((each) => [each.id, each]));
    const notifications = new Map(
        records.notifications.map((each) => [`${each.channel} ${each.message}`, each]),
    );
    const letters = groupBy(deadLetters, ({ id }) => id ?? "");
    const isWaiting = (queue: string): boolean => (waiting[queue] ?? 0) > 0;
    const letterOf = (id: string, queues: (queue: string) => boolean): DeadLetter | undefined =>
        (letters.get(id) ?? []).find(({ queue }) => queues(queue));

    return {
        end: (id, submittedAt, outcome) => {
            const problem = (kind: Discrepancy["kind"], sentence: string) => ({
                end: undefined,
                problems: [{ kind, id, sentence }],
            });
            const [first, ...others] = results.get(id) ?? [];
            if (first !== undefined) {
                const problems =
                    others.length === 0
                        ? []
                        : [{ kind: "duplicated", id, sentence: `has ${others.length + 1} results` } as const];
                return { end: first.state, problems };
            }
            const analysis = analyses.get(id);
            const dead = letterOf(id, (queue) => !queue.startsWith("notifications."));
            const deadline = analysis?.deadlineAt ?? submittedAt;
            const late = now > deadline + grace;
            if (dead !== undefined && analysis?.state !== "running") {
                return { end: "deadLettered", problems: [] };
            }
            if (analysis?.state === "running") {
                return late
                    ? problem("stuck", `runs ${Math.round(now - deadline)} s after its deadline`)
                    : { end: "running", problems: [] };
            }
            const queue = analysis === undefined ? "analyzer-orchestrator" : "result-processor";
            if (!late || isWaiting(queue)) {
                return { end: "running", problems: [] };
            }
            if (analysis !== undefined) {
                return analysis.published
                    ? problem("lost", `its result ("${analysis.state}") is neither stored nor in a queue`)
                    : problem("stuck", `its result ("${analysis.state}") was decided but never published`);
            }
            if (outcome === "confirmed") {
                return problem("lost", "was confirmed, and no service and no queue has it");
            }
            return now > submittedAt + settledSeconds
                ? problem("stuck", "the gateway never learnt whether it was accepted")
                : { end: undefined, problems: [] };
        },
        notification: (id, channel) => {
            const result = results.get(id)?.[0];
            // Other messages about the same analysis, such as alerts, do not count.
            const mine = notifications.get(`${channel} ${stableId(id, result?.state ?? "")}`);
            const repeats = mine?.repeats ?? 0;
            if (mine?.state === "sent") {
                return { outcome: "sent", repeats };
            }
            const queue = `notifications.${channel}`;
            if (letterOf(id, (each) => each.startsWith(queue)) !== undefined) {
                return { outcome: "deadLettered", repeats };
            }
            if (isWaiting(queue) || now < (result?.at ?? now) + grace) {
                return { outcome: "waiting", repeats };
            }
            const sentence =
                mine === undefined
                    ? `has a result, and channel "${channel}" never got its notification`
                    : `its notification through channel "${channel}" is "${mine.state}", and its queue is empty`;
            const kind = mine === undefined ? "lost" : "stuck";
            return { outcome: undefined, repeats, problem: { kind, id, sentence } };
        },
    };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [item]);
        } else {
            group.push(item);
        }
    }
    return groups;
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const name of names) {
        counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
}
