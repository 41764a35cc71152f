import { setTimeout as pause } from "node:timers/promises";
import type { InVhost } from "@spot-messaging/topology";
import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { eventually } from "../support/eventually.ts";

/** What consumers got. */
export interface Deliveries {
    /** How often each message was acknowledged, by id. */
    readonly counts: ReadonlyMap<string, number>;
    /** Messages that arrived for the first time after a later one of their key. */
    readonly overtaken: () => number;
    /** When the last message arrived. */
    readonly lastAt: () => number;
}

export interface Consumers {
    readonly deliveries: Deliveries;
    readonly stop: () => Promise<void>;
}

export interface ConsumerSettings {
    readonly connect: (vhost: string) => Promise<ChannelModel>;
    /** The queues that are read next to each other. */
    readonly queues: readonly InVhost[];
    /** Whether the queues are read in order: the next one when the broker cancels the consumer of one. */
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
    const run = async (turns: readonly InVhost[]): Promise<void> => {
        for (let turn = 0; !stop.signal.aborted; ) {
            const queue = turns[Math.min(turn, turns.length - 1)] ?? { vhost: "", name: "" };
            const end = await life(queue, settings, take, stop.signal).catch((error: unknown) =>
                /NOT_FOUND/u.test(String(error)) ? "cancelled" : "closed",
            );
            turn += end === "cancelled" ? 1 : 0;
            await pause(end === "cancelled" ? 100 : 50);
        }
    };
    const lines = inTurn ? [queues] : queues.map((each) => [each]);
    const running = lines.flatMap((turns) => [run(turns), run(turns)]);
    return {
        deliveries,
        stop: async () => {
            stop.abort();
            await Promise.all(running);
        },
    };
}

type LifeEnd = "cancelled" | "closed";

async function life(
    { vhost, name }: InVhost,
    { connect, lifetimeMs, workMs }: ConsumerSettings,
    take: (id: string) => void,
    stop: AbortSignal,
): Promise<LifeEnd> {
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
    const timer = lifetimeMs === undefined ? undefined : setTimeout(close, lifetimeMs());
    try {
        const onMessage = (message: ConsumeMessage | null, channel: Channel): void => {
            if (message === null) {
                end("cancelled");
                return;
            }
            // As slow as a service: messages wait during the migration.
            setTimeout(acknowledge, workMs, channel, message, take);
        };
        await subscribe(connection, name, onMessage, close);
        return await ended;
    } finally {
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
function recorder(): { readonly deliveries: Deliveries; readonly take: (id: string) => void } {
    const counts = new Map<string, number>();
    const newest = new Map<string, number>();
    let overtaken = 0;
    let lastAt = 0;
    return {
        deliveries: { counts, overtaken: () => overtaken, lastAt: () => lastAt },
        take: (id) => {
            lastAt = Date.now();
            const [key = "", number = ""] = id.split(":");
            const known = counts.get(id) ?? 0;
            counts.set(id, known + 1);
            const last = newest.get(key) ?? -1;
            overtaken += known === 0 && Number(number) < last ? 1 : 0;
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
        await connection?.createChannel().then((channel) => readToEnd(channel, name, take));
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
