import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ManagementApi } from "@spot-messaging/management";
import type { InVhost, Topology } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import amqp, { type ChannelModel } from "amqplib";
import { putObject } from "../../../packages/cli/src/migrate/brokerRequest.ts";
import { brokerSteps } from "../../../packages/topology/src/migrate/brokerSteps.ts";
import { emptyTopology } from "../../../packages/topology/src/model/emptyTopology.ts";
import { eventually } from "../support/eventually.ts";
import { runCommand } from "./command.ts";
import { type Consumers, drained, type ReadQueue, startConsumers } from "./consumers.ts";
import { type Publisher, type PublishTarget, startPublisher } from "./publisher.ts";

/** The broker of a trial. */
export interface TrialBroker {
    readonly api: ManagementApi;
    readonly amqpPort: number;
    readonly username: string;
    readonly password: string;
    /** Kills a node and starts it again. */
    readonly restartNode?: () => Promise<void>;
}

/** A migration under load. */
export interface Trial {
    readonly before: Topology;
    readonly after: Topology;
    /** Where the messages are published. */
    readonly entry: PublishTarget;
    /** Where publishers go when the command asks for it. @default - they stay */
    readonly movedEntry?: PublishTarget;
    /** The queues that consumers read during the migration: the old and the new one, or both in order. */
    readonly reads: readonly ReadQueue[];
    readonly readsInTurn: boolean;
    /** Queues that must have got every message, and have no consumers. */
    readonly keeps: readonly InVhost[];
    /** Queues of messages that the topology itself takes out: dead letters, unroutable messages. */
    readonly parks: readonly InVhost[];
    /** Whether the messages of the migration itself need not reach the queues that are read: the queue is removed. */
    readonly isRemoval: boolean;
    /** Streams to discard when their consumers have read them. */
    readonly discard: readonly string[];
    /** Messages that wait before the migration begins. */
    readonly waiting: number;
    /** Messages a second that are published during the migration. */
    readonly rate: number;
    /** How often the command is killed, at random moments. */
    readonly kills: number;
    readonly killsConsumers: boolean;
    readonly restartsNode: boolean;
    /** Between 0 and 1. */
    readonly random: () => number;
}

/** What a migration under load did to messages. */
export interface TrialResult {
    readonly published: number;
    /** Confirmed, and neither consumed nor in a queue. */
    readonly lost: readonly string[];
    /** Consumed or stored more than once. */
    readonly repeated: number;
    /** Consumed for the first time from a queue that promises an order after a later message of their key. */
    readonly overtaken: number;
    /** Dead-lettered or unroutable. */
    readonly parked: number;
    /** The longest time between the refusal of a message and its confirm, in milliseconds. */
    readonly longestRefusal: number;
    /** Seconds of the migration. */
    readonly seconds: number;
    /** How often the command was started. */
    readonly starts: number;
    readonly output: string;
}

/** Applies the topology before, publishes, migrates with kills, and counts what arrives. */
export async function runTrial(broker: TrialBroker, trial: Trial): Promise<TrialResult> {
    const folder = await mkdtemp(join(tmpdir(), "migration-"));
    const connect = (vhost: string): Promise<ChannelModel> => connectTo(broker, vhost);
    const end = new AbortController();
    const { random } = trial;
    await declare(broker, trial.before);
    const publisher = startPublisher(connect, trial.entry);
    let consumers: Consumers | undefined;
    try {
        const plan = await writePlanFile(folder, trial);
        await publisher.burst(trial.waiting);
        const waited = new Set(publisher.confirmed);
        consumers = startConsumers({
            connect,
            queues: trial.reads,
            inTurn: trial.readsInTurn,
            workMs: 5,
            ...(trial.killsConsumers && { lifetimeMs: () => 500 + random() * 4_000 }),
        });
        const publishing = publisher.steady(trial.rate, end.signal);
        const started = Date.now();
        const { starts, output } = await migrate(broker, trial, plan, publisher, consumers);
        const seconds = (Date.now() - started) / 1_000;
        end.abort();
        await publishing;
        const { confirmed } = publisher;
        const expected = trial.isRemoval ? waited : confirmed;
        const { counts, overtaken } = consumers.deliveries;
        await settled(consumers, expected);
        await consumers.stop();
        const parked = await drained(connect, trial.parks);
        const kept = await drained(connect, trial.keeps);
        return {
            published: confirmed.size,
            lost: [
                ...[...expected].filter((each) => !counts.has(each) && !parked.has(each)),
                ...[...confirmed].filter((each) => !kept.has(each)).map((each) => `${each} (kept)`),
            ],
            repeated: [...counts.values(), ...kept.values()].filter((count) => count > 1).length,
            overtaken: overtaken(),
            parked: parked.size,
            longestRefusal: publisher.longestRefusal(),
            seconds,
            starts,
            output,
        };
    } finally {
        end.abort();
        await consumers?.stop();
        await publisher.close();
        await rm(folder, { recursive: true });
        await remove(broker, trial);
    }
}

async function connectTo(
    { amqpPort, username, password }: TrialBroker,
    vhost: string,
): Promise<ChannelModel> {
    const connection = await amqp.connect(
        { hostname: "127.0.0.1", port: amqpPort, username, password, vhost },
        { noDelay: true },
    );
    connection.on("error", () => undefined);
    return connection;
}

/** Declares a topology, and gives the administrator all permissions in the virtual hosts before and after. */
export async function declare({ api, username }: TrialBroker, topology: Topology): Promise<void> {
    const nothing: Topology = { ...emptyTopology("4.3"), brokerVersion: topology.brokerVersion };
    for (const { action, object } of brokerSteps(nothing, topology)) {
        expectPut(action);
        await putObject(api, object);
        if (object.kind === "vhost") {
            await api.putPermissions(object.noun.name, username, {
                configure: ".*",
                write: ".*",
                read: ".*",
            });
        }
    }
}

function expectPut(action: string): void {
    if (action !== "put") {
        throw new Error(`a new topology needs "${action}"`);
    }
}

async function remove({ api }: TrialBroker, { before, after }: Trial): Promise<void> {
    for (const name of new Set([...before.vhosts, ...after.vhosts].map((each) => each.name))) {
        await api.deleteVhost(name).catch(() => undefined);
    }
}

async function writePlanFile(folder: string, { before, after }: Trial): Promise<string> {
    const path = (name: string): string => join(folder, `${name}.json`);
    await writeFile(path("before"), writeSnapshot(before, "trial"));
    await writeFile(path("after"), writeSnapshot(after, "trial"));
    const sides = ["--base", path("before"), "--head", path("after"), "--output", path("plan")];
    const { code, output } = await runCommand(["migrate", "plan", ...sides], "").ended;
    if (code !== 0) {
        throw new Error(output);
    }
    return path("plan");
}

/** Runs the command until it ends by itself; before, it and a node are killed at random moments. */
async function migrate(
    broker: TrialBroker,
    trial: Trial,
    plan: string,
    publisher: Publisher,
    consumers: Consumers,
): Promise<{ readonly starts: number; readonly output: string }> {
    const { api, amqpPort, username, password } = broker;
    const { kills, random, movedEntry, discard } = trial;
    const url = new URL(api.endpoint);
    url.username = username;
    const amqpUrl = `amqp://127.0.0.1:${amqpPort}`;
    let output = "";
    let isDiscarding = false;
    const restart = trial.restartsNode ? restartLater(broker, random) : undefined;
    let restarts = trial.restartsNode ? 1 : 0;
    for (let starts = 1; ; starts++) {
        const run = runCommand(
            [
                ...["migrate", "run", plan, "--broker", url.href, "--amqp", amqpUrl, "--apply"],
                ...["--cancel-consumers", "--wait", "2 minutes"],
                ...(isDiscarding ? discard.flatMap((each) => ["--discard", each]) : []),
            ],
            password,
            (text) => {
                if (movedEntry !== undefined && text.includes("move its publishers")) {
                    publisher.moveTo(movedEntry);
                }
            },
        );
        const timer = starts <= kills ? setTimeout(run.kill, 800 + random() * 12_000) : undefined;
        const ended = await run.ended;
        clearTimeout(timer);
        output += `${ended.output}\n`;
        if (ended.code === 0) {
            await restart;
            return { starts, output };
        }
        if (ended.code === null) {
            continue;
        }
        if (ended.output.includes("allow its deletion with --discard") && !isDiscarding) {
            await quiet(consumers);
            isDiscarding = true;
        } else if (restarts > 0) {
            // The node went away under the command.
            restarts--;
            await restart;
        } else {
            throw new Error(output);
        }
    }
}

async function restartLater({ restartNode, api }: TrialBroker, random: () => number): Promise<void> {
    await pause(1_500 + random() * 10_000);
    await restartNode?.();
    await eventually(
        "the broker after the restart of a node",
        () => api.overview().catch(() => undefined),
        90_000,
    );
}

/** Waits until consumers get nothing for 2 s. */
async function quiet({ deliveries }: Consumers): Promise<void> {
    const started = Date.now();
    await eventually(
        "the consumers of the stream",
        () => Promise.resolve(Date.now() - Math.max(started, deliveries.lastAt()) > 2_000 ? true : undefined),
        120_000,
    );
}

/** Waits until everything expected is consumed, or nothing arrives any longer. */
async function settled({ deliveries }: Consumers, expected: ReadonlySet<string>): Promise<void> {
    const started = Date.now();
    while (
        [...expected].some((each) => !deliveries.counts.has(each)) &&
        Date.now() - Math.max(started, deliveries.lastAt()) < 8_000
    ) {
        await pause(200);
    }
}
