import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ManagementApi } from "@spot-messaging/management";
import type { Topology } from "@spot-messaging/topology";
import amqp, { type ChannelModel } from "amqplib";

/** The broker of a trial. */
export interface TrialBroker {
    readonly api: ManagementApi;
    readonly amqpPort: number;
    readonly username: string;
    readonly password: string;
}

/** A migration under load. */
export interface Trial {
    readonly vhost: string;
    /** Both topologies, in the virtual host. */
    readonly before: Topology;
    readonly after: Topology;
    readonly exchange: string;
    readonly routingKey: string;
    /** The queues that consumers read: the old one, then the new one. */
    readonly queues: readonly string[];
    /** Messages that wait before the migration begins. */
    readonly waiting: number;
    /** Messages a second that are published during the migration. */
    readonly rate: number;
    /** How often the command is killed, at random moments. */
    readonly kills: number;
    /** Whether consumers are killed at random moments. */
    readonly killsConsumers: boolean;
    readonly options?: readonly string[];
    /** Between 0 and 1. */
    readonly random: () => number;
}

/** What a migration under load did to messages. */
export interface TrialResult {
    readonly published: number;
    /** Confirmed, and never consumed. */
    readonly lost: readonly string[];
    /** Consumed more than once. */
    readonly repeated: number;
    /** The longest time in which no message was accepted, in milliseconds. */
    readonly longestRefusal: number;
    /** Seconds of the migration. */
    readonly seconds: number;
    /** How often the command was started. */
    readonly starts: number;
    readonly output: string;
}

const command = fileURLToPath(new URL("../../../packages/cli/bin/topology.js", import.meta.url));

/** Applies the topology before, publishes, migrates with kills, and counts what arrives. */
export async function runTrial(broker: TrialBroker, trial: Trial): Promise<TrialResult> {
    const folder = await mkdtemp(join(tmpdir(), "migration-"));
    const connection = await connect(broker, trial.vhost);
    const confirmed = new Set<string>();
    const consumed = new Map<string, number>();
    const end = new AbortController();
    try {
        const plan = await writePlanFile(folder, trial);
        const publisher = await startPublisher(connection, trial, confirmed);
        await publisher.burst(trial.waiting);
        const consumers = startConsumers(broker, trial, consumed, end.signal);
        const publishing = publisher.steady(end.signal);
        const started = Date.now();
        const { starts, output } = await migrate(broker, trial, plan);
        const seconds = (Date.now() - started) / 1_000;
        end.abort();
        await publishing;
        await consumers.drained(confirmed);
        return {
            published: confirmed.size,
            lost: [...confirmed].filter((each) => !consumed.has(each)),
            repeated: [...consumed.values()].filter((count) => count > 1).length,
            longestRefusal: publisher.longestRefusal(),
            seconds,
            starts,
            output,
        };
    } finally {
        end.abort();
        await connection.close().catch(() => undefined);
        await rm(folder, { recursive: true });
    }
}

async function connect({ amqpPort, username, password }: TrialBroker, vhost: string): Promise<ChannelModel> {
    const connection = await amqp.connect(
        { hostname: "127.0.0.1", port: amqpPort, username, password, vhost },
        { noDelay: true },
    );
    connection.on("error", () => undefined);
    return connection;
}

async function writePlanFile(folder: string, { before, after, options = [] }: Trial): Promise<string> {
    const { writeSnapshot } = await import("@spot-messaging/topology/review");
    const [base, head, plan] = ["before", "after", "plan"].map((name) => join(folder, `${name}.json`)) as [
        string,
        string,
        string,
    ];
    await writeFile(base, writeSnapshot(before, "trial"));
    await writeFile(head, writeSnapshot(after, "trial"));
    const { code, output } = await topology(
        ["migrate", "plan", "--base", base, "--head", head, "--output", plan, ...options],
        "",
    ).ended;
    if (code !== 0) {
        throw new Error(output);
    }
    return plan;
}

function topology(
    args: readonly string[],
    password: string,
): {
    readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
    readonly kill: () => void;
} {
    const child = spawn(process.execPath, ["--conditions=@spot-messaging/source", command, ...args], {
        env: { ...process.env, TOPOLOGY_BROKER_PASSWORD: password, NODE_ENV: "" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
            output += text;
        });
    }
    return {
        ended: new Promise((resolve) => {
            child.on("close", (code) => {
                resolve({ code, output });
            });
        }),
        kill: () => {
            child.kill("SIGKILL");
        },
    };
}

/** Runs the command until it ends by itself; before, it is killed at random moments. */
async function migrate(
    { api, amqpPort, username, password }: TrialBroker,
    { kills, random }: Trial,
    plan: string,
): Promise<{ readonly starts: number; readonly output: string }> {
    const url = new URL(api.endpoint);
    url.username = username;
    let output = "";
    for (let starts = 1; ; starts++) {
        const run = topology(
            [
                ...["migrate", "run", plan, "--broker", url.href, "--amqp", `amqp://127.0.0.1:${amqpPort}`],
                ...["--apply", "--cancel-consumers", "--wait", "2 minutes"],
            ],
            password,
        );
        const timer = starts <= kills ? setTimeout(run.kill, 1_500 + random() * 12_000) : undefined;
        const ended = await run.ended;
        clearTimeout(timer);
        output += `${ended.output}\n`;
        if (ended.code === 0) {
            return { starts, output };
        }
        if (ended.code !== null || starts > kills) {
            throw new Error(output);
        }
    }
}

interface Publisher {
    readonly burst: (count: number) => Promise<void>;
    readonly steady: (end: AbortSignal) => Promise<void>;
    readonly longestRefusal: () => number;
}

/** Publishes mandatory messages, and publishes again what the broker did not accept. */
async function startPublisher(
    connection: ChannelModel,
    { exchange, routingKey, rate }: Trial,
    confirmed: Set<string>,
): Promise<Publisher> {
    let channel = await open();
    let count = 0;
    let longest = 0;
    let refusedSince: number | undefined;
    async function open(): Promise<amqp.ConfirmChannel> {
        const fresh = await connection.createConfirmChannel();
        fresh.on("error", () => undefined);
        return fresh;
    }
    const once = (id: string, on: amqp.ConfirmChannel): Promise<boolean> =>
        new Promise((resolve) => {
            let isReturned = false;
            const onReturn = ({ properties }: amqp.Message): void => {
                isReturned ||= properties.messageId === id;
            };
            on.on("return", onReturn);
            on.once("close", () => {
                resolve(false);
            });
            try {
                on.publish(
                    exchange,
                    routingKey,
                    Buffer.from(id),
                    { persistent: true, mandatory: true, messageId: id },
                    (error: unknown) => {
                        on.off("return", onReturn);
                        resolve((error === null || error === undefined) && !isReturned);
                    },
                );
            } catch {
                resolve(false);
            }
        });
    const publish = async (id: string): Promise<void> => {
        for (;;) {
            const current = channel;
            if (await once(id, current)) {
                confirmed.add(id);
                refusedSince = undefined;
                return;
            }
            refusedSince ??= Date.now();
            await pause(10);
            longest = Math.max(longest, Date.now() - refusedSince);
            if (channel === current) {
                channel = await open();
            }
        }
    };
    return {
        burst: async (total) => {
            for (let sent = 0; sent < total; sent += 500) {
                channel.setMaxListeners(0);
                await Promise.all(
                    Array.from({ length: Math.min(500, total - sent) }, () => publish(`m${count++}`)),
                );
            }
        },
        steady: async (end) => {
            const open: Promise<void>[] = [];
            const started = Date.now();
            let sent = 0;
            while (!end.aborted) {
                for (const due = ((Date.now() - started) / 1_000) * rate; sent < due; sent++) {
                    channel.setMaxListeners(0);
                    open.push(publish(`m${count++}`));
                }
                await pause(10);
            }
            await Promise.all(open);
        },
        longestRefusal: () => longest,
    };
}

interface Consumers {
    /** Ends when everything confirmed is consumed, or nothing arrives any longer. */
    readonly drained: (confirmed: ReadonlySet<string>) => Promise<void>;
}

/** Consumers with manual acknowledgements, which connect again when they are cancelled or killed. */
function startConsumers(
    broker: TrialBroker,
    { vhost, queues, killsConsumers, random }: Trial,
    consumed: Map<string, number>,
    end: AbortSignal,
): Consumers {
    const stop = new AbortController();
    const consume = async (queue: string): Promise<void> => {
        while (!stop.signal.aborted) {
            await oneLife(queue).catch(() => undefined);
            await pause(50);
        }
    };
    const oneLife = async (queue: string): Promise<void> => {
        const connection = await connect(broker, vhost);
        const ended = new Promise<void>((resolve) => {
            connection.on("close", resolve);
            stop.signal.addEventListener("abort", () => {
                resolve();
            });
            if (killsConsumers && !end.aborted) {
                setTimeout(resolve, 500 + random() * 4_000);
            }
        });
        try {
            const channel = await connection.createChannel();
            channel.on("error", () => {
                connection.close().catch(() => undefined);
            });
            await channel.prefetch(20);
            await channel.consume(queue, (message) => {
                if (message === null) {
                    connection.close().catch(() => undefined);
                    return;
                }
                const id = message.content.toString();
                // As slow as a service: the backlog stays during the migration.
                setTimeout(() => {
                    consumed.set(id, (consumed.get(id) ?? 0) + 1);
                    try {
                        channel.ack(message);
                    } catch {
                        // The connection is closed: the broker delivers the message again.
                    }
                }, 5);
            });
            await ended;
        } finally {
            await connection.close().catch(() => undefined);
        }
    };
    const running = queues.flatMap((queue) => [consume(queue), consume(queue)]);
    return {
        drained: async (confirmed) => {
            let known = -1;
            for (let quiet = 0; quiet < 100 && [...confirmed].some((each) => !consumed.has(each)); quiet++) {
                quiet = consumed.size === known ? quiet : 0;
                known = consumed.size;
                await pause(100);
            }
            stop.abort();
            await Promise.all(running);
        },
    };
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
        setTimeout(resolve, ms);
    });
}
