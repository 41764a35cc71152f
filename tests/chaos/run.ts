import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "@spot-messaging/local/images";
import type { Account } from "../../src/cli/account/account.ts";
import type { StoredRecords } from "../../src/cli/account/records.ts";
import { readMail } from "../../src/cli/mails/mail.ts";
import { projectRoot } from "../../src/cli/project.ts";
import type { Submission } from "./client.ts";
import { drain } from "./drain.ts";
import { revive } from "./faults/containerFaults.ts";
import type { Fault, FaultKind } from "./faults/fault.ts";
import { schedule } from "./faults/schedule.ts";
import { submitSteadily } from "./load.ts";
import { numberedMails } from "./mails.ts";
import { type Plant, startPlant } from "./plant.ts";
import { type Random, random } from "./random.ts";
import type { Delivery } from "./sink/sink.ts";

export interface RunOptions {
    readonly name: string;
    readonly seed: number;
    /** One fault of each group, short; otherwise all, until the time is over. */
    readonly isShort: boolean;
    readonly minutes: number;
    readonly mails: number;
    readonly kinds: readonly FaultKind[];
    readonly signal: AbortSignal;
    readonly report: Report;
}

/** A fault that happened. Times are milliseconds since 1970. */
export interface PastFault {
    readonly title: string;
    readonly kind: FaultKind;
    readonly injectedAt: number;
    readonly repairedAt: number;
    /** From the repair until a submission was accepted again; `undefined`: not within the limit. */
    readonly acceptedAfterMs: number | undefined;
    /** From the repair until an e-mail that was submitted after it had its result. */
    readonly concludedAfterMs: number | undefined;
}

/** Everything that is known at the end of a run. */
export interface RunRecord {
    readonly seed: number;
    readonly startedAt: number;
    readonly endedAt: number;
    readonly faults: readonly PastFault[];
    readonly submissions: readonly Submission[];
    readonly records: StoredRecords;
    readonly account: Account;
    readonly deliveries: readonly Delivery[];
    readonly brokerVersion: string;
}

const recoveryLimitMs = 120_000;

/** Starts a plant, breaks and repairs its parts under load, and accounts for every e-mail. It removes the plant in any case. */
export async function runChaos(options: RunOptions): Promise<RunRecord> {
    const { name, signal, report } = options;
    const plant = await startPlant({
        name,
        nodes: 3,
        replicas: 2,
        loseOneAnswerIn: 50,
        values: { analysisDeadline: "2 minutes", retryDelay: "1 second" },
        signal,
        report,
    });
    try {
        return await breakAndRepair(plant, options);
    } finally {
        report("Removing everything");
        await plant.remove();
    }
}

async function breakAndRepair(plant: Plant, options: RunOptions): Promise<RunRecord> {
    const { seed, minutes, mails, signal } = options;
    const chance = random(seed);
    const samples = await readMail([join(projectRoot, "services", "samples")]);
    const submissions: Submission[] = [];
    const end = new AbortController();
    const until = AbortSignal.any([end.signal, signal]);
    const startedAt = Date.now();
    const load = submitSteadily({
        mails: numberedMails(samples, random(seed + 1)),
        keyPrefix: `chaos-${seed}`,
        rate: mails / (minutes * 60),
        client: {
            gateways: plant.gateways,
            token: plant.token,
            random: random(seed + 2),
            signal,
            repeatForMs: 180_000,
            stopsEarly: 0.5,
        },
        until,
        onSubmitted: (submission) => submissions.push(submission),
    });
    try {
        const faults = await sufferAll(plant, options, chance, submissions, startedAt + minutes * 60_000);
        return await settle(plant, options, { startedAt, faults, submissions, end, load });
    } finally {
        // Also after a failure: the senders use the plant.
        end.abort();
        await load;
    }
}

async function sufferAll(
    plant: Plant,
    { kinds, isShort, signal, report }: RunOptions,
    chance: Random,
    submissions: readonly Submission[],
    endAt: number,
): Promise<readonly PastFault[]> {
    const faults: PastFault[] = [];
    await sleep(isShort ? 5_000 : 20_000, undefined, { signal });
    for (const fault of schedule(partsOf(plant), chance, kinds, isShort)) {
        if (Date.now() > endAt && !isShort) {
            break;
        }
        await reviveEnded(plant, report);
        const past = await suffer(plant, fault, submissions, signal);
        faults.push(past);
        report(describe(past, submissions));
        await sleep(isShort ? 2_000 : 5_000, undefined, { signal });
    }
    const rest = endAt - Date.now();
    if (rest > 0) {
        await sleep(rest, undefined, { signal });
    }
    return faults;
}

/** A container that ended by itself and was not restarted by the engine is reported and started. */
async function reviveEnded(plant: Plant, report: Report): Promise<void> {
    for (const [name, container] of plant.containers) {
        const { State } = await container.inspect();
        if (!State.Running && !State.Restarting) {
            const log = (await container.logs({ stdout: true, stderr: true, tail: 30 })).toString("utf8");
            report(`${name} ended with exit code ${State.ExitCode}; its log ends with: ${log}`);
            await revive(container);
        }
    }
}

interface Burden {
    readonly startedAt: number;
    readonly faults: readonly PastFault[];
    readonly submissions: readonly Submission[];
    readonly end: AbortController;
    readonly load: Promise<unknown>;
}

/** Ends the load, and waits for the end of every e-mail. */
async function settle(
    plant: Plant,
    { seed, signal, report }: RunOptions,
    { startedAt, faults, submissions, end, load }: Burden,
): Promise<RunRecord> {
    end.abort();
    const endedAt = Date.now();
    report("The load ends; waiting for the last answers and results");
    for (const container of [...plant.containers.values(), plant.database.container, plant.sink.container]) {
        await revive(container).catch(() => undefined);
    }
    await load;
    const { records, account } = await drain(plant, report, signal);
    return {
        seed,
        startedAt,
        endedAt,
        faults,
        submissions,
        records,
        account,
        deliveries: await plant.sink.deliveries(),
        brokerVersion: plant.environment.brokerVersion,
    };
}

function partsOf(plant: Plant): Parameters<typeof schedule>[0] {
    const services: Record<string, number> = {};
    for (const name of plant.containers.keys()) {
        const [, service, index] = /^(.+)-(\d+)$/.exec(name) ?? [];
        if (service !== undefined && index !== undefined && service !== "rabbitmq") {
            services[service] = Math.max(services[service] ?? 0, Number(index) + 1);
        }
    }
    const { analyzers } = plant.environment;
    return {
        services,
        nodes: [...plant.containers.keys()].filter((name) => name.startsWith("rabbitmq-")).length,
        queues: [
            "analyzer-orchestrator",
            "analyzer-orchestrator.findings",
            "result-processor",
            ...analyzers.map((each) => `analyzer.${each}`),
        ],
    };
}

async function suffer(
    plant: Plant,
    fault: Fault,
    submissions: readonly Submission[],
    signal: AbortSignal,
): Promise<PastFault> {
    const injectedAt = Date.now();
    await fault.inject(plant);
    await sleep(fault.holdMs, undefined, { signal });
    await fault.repair(plant);
    const repairedAt = Date.now();
    let acceptedAfterMs: number | undefined;
    let concludedAfterMs: number | undefined;
    while (concludedAfterMs === undefined && Date.now() < repairedAt + recoveryLimitMs) {
        await sleep(250, undefined, { signal });
        const accepted = submissions.find(({ acceptedAt }) => (acceptedAt ?? 0) > repairedAt);
        if (accepted?.acceptedAt === undefined) {
            continue;
        }
        acceptedAfterMs ??= accepted.acceptedAt - repairedAt;
        concludedAfterMs = await concluded(plant, repairedAt);
    }
    const { title, kind } = fault;
    return { title, kind, injectedAt, repairedAt, acceptedAfterMs, concludedAfterMs };
}

/** Milliseconds from a time to the first result of an e-mail that was submitted after it. */
async function concluded({ database }: Plant, since: number): Promise<number | undefined> {
    const answer = await database
        .query(
            `SELECT min(finished_at) FROM result_processor.result WHERE submitted_at > ${since / 1_000} AND state = 'completed'`,
        )
        .catch(() => "");
    const at = Number.parseFloat(answer);
    return Number.isNaN(at) ? undefined : at * 1_000 - since;
}

function describe(past: PastFault, submissions: readonly Submission[]): string {
    const time = (ms: number | undefined): string =>
        ms === undefined ? "not" : `${(ms / 1_000).toFixed(1)} s`;
    const accepted = submissions.filter(({ fate }) => fate === "accepted").length;
    return `${past.title} for ${time(past.repairedAt - past.injectedAt)}: accepted again after ${time(past.acceptedAfterMs)}, concluded after ${time(past.concludedAfterMs)}; ${accepted} of ${submissions.length} e-mails accepted`;
}
