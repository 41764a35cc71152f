import { setTimeout as pause } from "node:timers/promises";
import type { InVhost } from "@spot-messaging/topology";
import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { eventually } from "../support/eventually.ts";

/** What consumers got. */
export interface Deliveries {
    /** How often each message was acknowledged, by id. */
    readonly counts: ReadonlyMap<string, number>;
    /** Messages of queues that promise an order that arrived for the first time after a later one of their key. */
    readonly overtaken: () => number;
    /** When the last message arrived. */
    readonly lastAt: () => number;
}

export interface Consumers {
    readonly deliveries: Deliveries;
    readonly stop: () => Promise<void>;
}

/** A queue with consumers. */
export interface ReadQueue extends InVhost {
    /** Whether it promises the order of a key: it has a single active consumer. */
    readonly isOrdered: boolean;
}

export interface ConsumerSettings {
    readonly connect: (vhost: string) => Promise<ChannelModel>;
    /** The queues that are read next to each other. */
    readonly queues: readonly ReadQueue[];
    /** Whether the queues are read in order: all consumers go to the next one when the broker cancels a consumer of one. */
    readonly inTurn: boolean;
    /** The time in milliseconds after which a consumer connects again; `undefined`: never. */
    readonly lifetimeMs?: () => number;
    /** How long a message is worked on. */
    readonly workMs: number;
}

const prefetch = 20;

/** Two consumers with manual acknowledgements for each queue, which connect again when they are cancelled, killed or refused. */
export function startConsumers(settings: ConsumerSettings): Consumers {
    const { queues, inTurn } = settings;
    const stop = new AbortController();
    const { deliveries, take } = recorder();
    const run = async (line: Line): Promise<void> => {
        while (!stop.signal.aborted) {
            const { turn } = line;
            const end = await life(line, settings, take, stop.signal).catch((error: unknown) =>
                /NOT_FOUND/u.test(String(error)) ? "cancelled" : "closed",
            );
            if (end === "cancelled") {
                line.turn = Math.min(Math.max(line.turn, turn + 1), line.queues.length - 1);
            }
            await pause(end === "cancelled" ? 100 : 50);
        }
    };
    const lines = (inTurn ? [queues] : queues.map((each) => [each])).map(
        (each): Line => ({ queues: each, turn: 0, consuming: 0 }),
    );
    const running = lines.flatMap((line) => [run(line), run(line)]);
    return {
        deliveries,
        stop: async () => {
            stop.abort();
            await Promise.all(running);
        },
    };
}

/** Two consumers that read the same queues, one queue after the other. */
interface Line {
    readonly queues: readonly ReadQueue[];
    /** The queue that both read. One that was not connected when the broker cancelled the other must not read it again under the same name. */
    turn: number;
    /** How many of the two consume. One stays while the other connects again, so that the broker cancels one of them. */
    consuming: number;
}

type LifeEnd = "cancelled" | "closed";

async function life(
    line: Line,
    { connect, lifetimeMs, workMs }: ConsumerSettings,
    take: (id: string, isOrdered: boolean) => void,
    stop: AbortSignal,
): Promise<LifeEnd> {
    const { turn, queues } = line;
    const queue = queues[turn];
    if (queue === undefined) {
        throw new Error("consumers without a queue");
    }
    const { vhost, name, isOrdered } = queue;
    const connection = await connect(vhost);
    let end: (reason: LifeEnd) => void = () => undefined;
    const ended = new Promise<LifeEnd>((resolve) => {
        end = resolve;
    });
    const close = (): void => {
        end("closed");
    };
    connection.on("close", close);
    stop.addEventListener("abort", close);
    let timer: NodeJS.Timeout | undefined;
    const closeLater = (ms: number): void => {
        timer = setTimeout(() => {
            if (queues.length > 1 && line.consuming < 2) {
                closeLater(100);
            } else {
                close();
            }
        }, ms);
    };
    let consuming = 0;
    try {
        const onMessage = (message: ConsumeMessage | null, channel: Channel): void => {
            if (message === null) {
                end("cancelled");
                return;
            }
            // As slow as a service: messages wait during the migration.
            setTimeout(() => {
                acknowledge(channel, message, (id) => {
                    take(id, isOrdered);
                });
            }, workMs);
        };
        await subscribe(connection, name, onMessage, close);
        if (line.turn !== turn) {
            return "closed";
        }
        consuming = 1;
        line.consuming++;
        if (lifetimeMs !== undefined) {
            closeLater(lifetimeMs());
        }
        return await ended;
    } finally {
        line.consuming -= consuming;
        clearTimeout(timer);
        stop.removeEventListener("abort", close);
        await connection.close().catch(() => undefined);
    }
}

/** A stream is read from its beginning; other queues refuse the argument for it. */
async function subscribe(
    connection: ChannelModel,
    queue: string,
    onMessage: (message: ConsumeMessage | null, channel: Channel) => void,
    onError: () => void,
): Promise<void> {
    const attempt = async (args: Readonly<Record<string, string>>): Promise<Channel> => {
        const channel = await connection.createChannel();
        channel.on("error", () => undefined);
        await channel.prefetch(prefetch);
        await channel.consume(
            queue,
            (message) => {
                onMessage(message, channel);
            },
            { arguments: args },
        );
        return channel;
    };
    const channel = await attempt({ "x-stream-offset": "first" }).catch((error: unknown) => {
        if (/x-stream-offset/u.test(String(error))) {
            return attempt({});
        }
        throw error;
    });
    channel.on("error", onError);
}

function acknowledge(channel: Channel, message: ConsumeMessage, take: (id: string) => void): void {
    try {
        channel.ack(message);
        take(message.content.toString());
    } catch {
        // The channel is closed: the broker delivers the message again.
    }
}

/** Counts messages. */
function recorder(): {
    readonly deliveries: Deliveries;
    readonly take: (id: string, isOrdered: boolean) => void;
} {
    const counts = new Map<string, number>();
    const newest = new Map<string, number>();
    let overtaken = 0;
    let lastAt = 0;
    return {
        deliveries: { counts, overtaken: () => overtaken, lastAt: () => lastAt },
        take: (id, isOrdered) => {
            lastAt = Date.now();
            const [key = "", number = ""] = id.split(":");
            const known = counts.get(id) ?? 0;
            counts.set(id, known + 1);
            const last = newest.get(key) ?? -1;
            overtaken += isOrdered && known === 0 && Number(number) < last ? 1 : 0;
            newest.set(key, Math.max(last, Number(number)));
        },
    };
}

/** Reads queues to their end. A queue that does not exist has no messages. */
export async function drained(
    connect: (vhost: string) => Promise<ChannelModel>,
    queues: readonly InVhost[],
): Promise<ReadonlyMap<string, number>> {
    const { deliveries, take } = recorder();
    for (const { vhost, name } of queues) {
        const connection = await connect(vhost).catch(() => undefined);
        await connection?.createChannel().then((channel) =>
            readToEnd(channel, name, (id) => {
                take(id, false);
            }),
        );
        await connection?.close();
    }
    return deliveries.counts;
}

async function readToEnd(channel: Channel, queue: string, take: (id: string) => void): Promise<void> {
    channel.on("error", () => undefined);
    let left = await channel.checkQueue(queue).then(
        ({ messageCount }) => messageCount,
        () => 0,
    );
    if (left === 0) {
        return;
    }
    await channel.prefetch(1_000);
    await channel.consume(queue, (message) => {
        if (message !== null) {
            channel.ack(message);
            take(message.content.toString());
            left--;
        }
    });
    await eventually(
        `the ${left} messages of queue "${queue}"`,
        () => Promise.resolve(left <= 0 ? true : undefined),
        60_000,
    );
}
