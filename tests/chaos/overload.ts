import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "@spot-messaging/local/images";
import { readMail } from "../../src/cli/mails/mail.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { type ClientOptions, type Submission, submit } from "./client.ts";
import { drain } from "./drain.ts";
import { balance, type Ledger, quantile } from "./ledger.ts";
import { submitSteadily } from "./load.ts";
import { type NumberedMail, numberedMails } from "./mails.ts";
import { type Plant, startPlant } from "./plant.ts";
import { random } from "./random.ts";

export interface OverloadOptions {
    readonly name: string;
    readonly seed: number;
    readonly minutes: number;
    readonly signal: AbortSignal;
    readonly report: Report;
}

/** The measured behaviour under three times the load that the services can take. */
export interface Overload {
    readonly seed: number;
    readonly startedAt: number;
    readonly minutes: number;
    readonly brokerVersion: string;
    /** Completed analyses a second with as much work as they can take. */
    readonly capacity: number;
    /** Submissions a second in the overload. */
    readonly offered: number;
    readonly goodput: number;
    readonly deadlineSeconds: number;
    readonly urgent: { readonly accepted: number; readonly completed: number; readonly p95: number };
    readonly normal: { readonly accepted: number; readonly completed: number; readonly p95: number };
    readonly ledger: Ledger;
}

export const factor = 3;
/** Processors of each analyzer: so few that they are what limits the services, on any machine. */
const analyzerCpus = 0.15;
/** Analyses in progress while the capacity is measured: more only wait. */
const inProgress = 24;
const warmUpMs = 20_000;
const measureMs = 60_000;

/** Measures the capacity of a plant, and then what it does with three times the load. It removes the plant in any case. */
export async function runOverload(options: OverloadOptions): Promise<Overload> {
    const { name, signal, report } = options;
    const plant = await startPlant({
        name,
        nodes: 1,
        replicas: 1,
        loseOneAnswerIn: 0,
        values: { analysisDeadline: "1 minute", jobLimit: "20 seconds" },
        signal,
        report,
    });
    try {
        return await measure(plant, options);
    } finally {
        report("Removing everything");
        await plant.remove();
    }
}

async function measure(plant: Plant, { seed, minutes, signal, report }: OverloadOptions): Promise<Overload> {
    for (const [name, container] of plant.containers) {
        if (name.startsWith("analyzer.")) {
            await container.update({ NanoCpus: analyzerCpus * 1e9 });
        }
    }
    const samples = await readMail([join(projectRoot, "services", "samples")]);
    const mails = numberedMails(samples, random(seed + 1));
    const client: ClientOptions = {
        gateways: plant.gateways,
        token: plant.token,
        random: random(seed + 2),
        signal,
        repeatForMs: 60_000,
        // Senders do not repeat after a refusal: the load stays three times the capacity.
        stopsEarly: 1,
    };
    const capacity = await measureCapacity(plant, mails, client, signal);
    report(`Capacity: ${capacity.toFixed(2)} analyses a second`);
    const submissions: Submission[] = [];
    const startedAt = Date.now();
    const offered = capacity * factor;
    await submitSteadily({
        mails,
        keyPrefix: `overload-${seed}`,
        rate: offered,
        client,
        until: AbortSignal.any([signal, AbortSignal.timeout(minutes * 60_000)]),
        onSubmitted: (submission) => submissions.push(submission),
    });
    signal.throwIfAborted();
    const endedAt = startedAt + minutes * 60_000;
    const { records, account } = await drain(plant, report, signal);
    const ledger = balance({
        seed,
        startedAt,
        endedAt,
        faults: [],
        submissions,
        records,
        account,
        deliveries: await plant.sink.deliveries(),
        brokerVersion: plant.environment.brokerVersion,
    });
    const ends = new Map(records.results.map((each) => [each.id, each]));
    const ofUrgency = (urgent: boolean): Overload["urgent"] => {
        const accepted = submissions.filter((each) => each.fate === "accepted" && each.urgent === urgent);
        const seconds = accepted
            .flatMap(({ id, startedAt: sentAt }) => {
                const end = ends.get(id ?? "");
                return end?.state === "completed" ? [end.at - sentAt / 1_000] : [];
            })
            .sort((one, other) => one - other);
        return { accepted: accepted.length, completed: seconds.length, p95: quantile(seconds, 0.95) };
    };
    const completed = records.results.filter(
        ({ state, at }) => state === "completed" && startedAt < at * 1_000 && at * 1_000 <= endedAt,
    );
    return {
        seed,
        startedAt,
        minutes,
        brokerVersion: plant.environment.brokerVersion,
        capacity,
        offered,
        goodput: completed.length / (minutes * 60),
        deadlineSeconds: plant.environment.analysisDeadline / 1_000,
        urgent: ofUrgency(true),
        normal: ofUrgency(false),
        ledger,
    };
}

/** Keeps the same number of analyses in progress for a while, and counts how many complete. */
async function measureCapacity(
    plant: Plant,
    mails: Generator<NumberedMail, never>,
    client: ClientOptions,
    signal: AbortSignal,
): Promise<number> {
    let sent = 0;
    let from: { readonly at: number; readonly ends: number } | undefined;
    const begin = Date.now();
    for (;;) {
        signal.throwIfAborted();
        const ends = await countResults(plant);
        const now = Date.now();
        if (now > begin + warmUpMs) {
            from ??= { at: now, ends };
        }
        if (from !== undefined && now > from.at + measureMs) {
            return (ends - from.ends) / ((now - from.at) / 1_000);
        }
        const missing = Math.max(0, ends + inProgress - sent);
        const answers = await Promise.all(
            Array.from({ length: missing }, async () => {
                const mail = mails.next().value;
                return await submit(mail, `capacity-${mail.serial}`, { ...client, stopsEarly: 0 });
            }),
        );
        sent += answers.filter(({ fate }) => fate === "accepted").length;
        await sleep(100, undefined, { signal });
    }
}

async function countResults({ database }: Plant): Promise<number> {
    return Number.parseInt(await database.query("SELECT count(*) FROM result_processor.result"), 10);
}

/** Sentences about what the overload broke. */
export function overloadProblems({
    capacity,
    goodput,
    urgent,
    deadlineSeconds,
}: Overload): readonly string[] {
    return [
        ...(goodput < 0.8 * capacity
            ? [`goodput is ${goodput.toFixed(2)}, less than 80 % of ${capacity.toFixed(2)} a second`]
            : []),
        ...(urgent.p95 > deadlineSeconds || urgent.completed < 0.95 * urgent.accepted
            ? [
                  `95 % of the urgent e-mails are not completed within ${deadlineSeconds} s: ${urgent.completed} of ${urgent.accepted}, 95th percentile ${urgent.p95.toFixed(1)} s`,
              ]
            : []),
    ];
}
