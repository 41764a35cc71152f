import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { closeConnection } from "./closeConnection.ts";
import type { Ledger } from "./ledger.ts";

/** A queue that is consumed during an experiment. */
export interface ConsumedQueue {
    readonly vhost: string;
    readonly name: string;
    readonly type: "classic" | "quorum" | "stream";
}

export interface ConsumersOptions {
    readonly queues: readonly ConsumedQueue[];
    readonly ledger: Ledger;
    /** Opens a connection to another node each time. */
    readonly connect: (vhost: string) => Promise<ChannelModel>;
    /** Whether a consumer of this queue rejects the message. */
    readonly isRejected: (queue: string, id: string) => boolean;
    /** The beginning of the ids that belong to this experiment. */
    readonly prefix: string;
    /** Where streams are read from, in seconds since 1970. */
    readonly since: number;
}

/** Consumers that connect again when they are cancelled or lose their connection. */
export interface Consumers {
    /** Waits until all consumers are subscribed. */
    readonly ready: Promise<void>;
    readonly stop: () => Promise<void>;
}

const prefetch = 20;

/** Starts one consumer with manual acknowledgements for each queue. A stream is continued where its reader was. */
export function startConsumers(options: ConsumersOptions): Consumers {
    const { queues, ledger, connect, isRejected, prefix, since } = options;
    const stopping = new AbortController();
    const consume = async (queue: ConsumedQueue, onReady: () => void): Promise<void> => {
        let offset: unknown = { "!": "timestamp", value: since };
        const life = async (): Promise<void> => {
            const connection = await connect(queue.vhost);
            const ended = new Promise<void>((resolve) => {
                connection.on("close", resolve);
                stopping.signal.addEventListener("abort", () => {
                    resolve();
                });
            });
            const leave = (): void => {
                void connection.close().catch(() => undefined);
            };
            let delivered = 0;
            try {
                const channel = await connection.createChannel();
                channel.on("error", leave);
                channel.on("close", leave);
                await channel.prefetch(prefetch);
                await channel.consume(
                    queue.name,
                    (message) => {
                        if (message === null) {
                            leave();
                            return;
                        }
                        delivered++;
                        take(channel, queue, message);
                        offset = nextOffset(message) ?? offset;
                    },
                    queue.type === "stream" ? { arguments: { "x-stream-offset": offset } } : {},
                );
                onReady();
                await ended;
                if (!stopping.signal.aborted) {
                    ledger.redeliver(queue.name, Math.min(delivered, prefetch));
                }
            } finally {
                await closeConnection(connection);
            }
        };
        while (!stopping.signal.aborted) {
            await life().catch(() => undefined);
            await sleep(200);
        }
    };
    const take = (channel: Channel, { name }: ConsumedQueue, message: ConsumeMessage): void => {
        const id = message.content.toString();
        if (id.startsWith(`${prefix}-`)) {
            ledger.see(name, id);
        }
        try {
            if (isRejected(name, id)) {
                channel.reject(message, false);
            } else {
                channel.ack(message);
            }
        } catch {
            // The channel is closed: the broker delivers the message again.
        }
    };
    const running: Promise<void>[] = [];
    const subscribed = queues.map(
        (queue) =>
            new Promise<void>((resolve) => {
                running.push(consume(queue, resolve));
            }),
    );
    return {
        ready: Promise.all(subscribed).then(() => undefined),
        stop: async () => {
            stopping.abort();
            await Promise.all(running);
        },
    };
}

/** Where the reader of a stream continues. */
function nextOffset({ properties }: ConsumeMessage): number | undefined {
    const offset: unknown = properties.headers?.["x-stream-offset"];
    return typeof offset === "number" ? offset + 1 : undefined;
}
