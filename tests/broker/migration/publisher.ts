import { setTimeout as pause } from "node:timers/promises";
import type { ChannelModel, ConfirmChannel, Message } from "amqplib";

/** Where messages are published. */
export interface PublishTarget {
    readonly vhost: string;
    readonly exchange: string;
    readonly routingKey: string;
}

/** A publisher with confirms, of messages with the ids `<key>:<number>`. Within a key, the next message follows when the last one is confirmed. */
export interface Publisher {
    /** Messages that the broker confirmed and routed. */
    readonly confirmed: ReadonlySet<string>;
    /** Publishes messages as fast as possible. */
    readonly burst: (count: number) => Promise<void>;
    /** Publishes messages until the end. @param rate messages a second, over all keys */
    readonly steady: (rate: number, end: AbortSignal) => Promise<void>;
    readonly moveTo: (target: PublishTarget) => void;
    /** The longest time between the first refusal of a message and its confirm, in milliseconds. */
    readonly longestRefusal: () => number;
    readonly close: () => Promise<void>;
}

const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);

/** @param connect opens a connection to a virtual host */
export function startPublisher(
    connect: (vhost: string) => Promise<ChannelModel>,
    first: PublishTarget,
): Publisher {
    let target = first;
    let link: Promise<Link> | undefined;
    let longest = 0;
    const confirmed = new Set<string>();
    const numbers = new Map(keys.map((key) => [key, 0]));
    const nextId = (key: string): string => {
        const number = numbers.get(key) ?? 0;
        numbers.set(key, number + 1);
        return `${key}:${number}`;
    };
    const publishOnce = async (id: string): Promise<boolean> => {
        const current = (link ??= openLink(connect, target));
        const channel = await current.catch(() => undefined);
        if (channel === undefined || channel.isClosed()) {
            if (link === current) {
                link = undefined;
            }
            return false;
        }
        return await channel.publish(id);
    };
    const publish = async (id: string): Promise<void> => {
        let refusedSince: number | undefined;
        while (!(await publishOnce(id))) {
            refusedSince ??= Date.now();
            await pause(10);
        }
        confirmed.add(id);
        if (refusedSince !== undefined) {
            longest = Math.max(longest, Date.now() - refusedSince);
        }
    };
    return {
        confirmed,
        burst: async (total) => {
            for (let sent = 0; sent < total; sent += 500) {
                const ids = Array.from({ length: Math.min(500, total - sent) }, (_, index) =>
                    nextId(keys[index % keys.length] ?? ""),
                );
                await Promise.all(ids.map(publish));
            }
        },
        steady: async (rate, end) => {
            const intervalMs = (1_000 * keys.length) / rate;
            await Promise.all(
                keys.map(async (key) => {
                    let due = Date.now();
                    while (!end.aborted) {
                        await publish(nextId(key));
                        due = Math.max(due + intervalMs, Date.now() - 1_000);
                        await pause(Math.max(0, due - Date.now()));
                    }
                }),
            );
        },
        moveTo: (moved) => {
            target = moved;
            const old = link;
            link = undefined;
            old?.then(
                (each) => each.close(),
                () => undefined,
            ).catch(() => undefined);
        },
        longestRefusal: () => longest,
        close: async () => {
            await (await link?.catch(() => undefined))?.close();
        },
    };
}

interface Link {
    readonly isClosed: () => boolean;
    /** Whether the broker accepted and routed the message. */
    readonly publish: (id: string) => Promise<boolean>;
    readonly close: () => Promise<void>;
}

async function openLink(
    connect: (vhost: string) => Promise<ChannelModel>,
    { vhost, exchange, routingKey }: PublishTarget,
): Promise<Link> {
    const connection = await connect(vhost);
    const channel: ConfirmChannel = await connection.createConfirmChannel();
    const returned = new Set<string>();
    const waiting = new Set<(isAccepted: boolean) => void>();
    let isClosed = false;
    channel.on("error", () => undefined);
    channel.on("return", ({ properties }: Message) => {
        returned.add(String(properties.messageId));
    });
    channel.on("close", () => {
        isClosed = true;
        for (const each of waiting) {
            each(false);
        }
        waiting.clear();
        connection.close().catch(() => undefined);
    });
    return {
        isClosed: () => isClosed,
        publish: (id) =>
            new Promise((resolve) => {
                waiting.add(resolve);
                const settle = (error: unknown): void => {
                    waiting.delete(resolve);
                    resolve((error === null || error === undefined) && !returned.delete(id));
                };
                const options = { persistent: true, mandatory: true, messageId: id };
                try {
                    channel.publish(exchange, routingKey, Buffer.from(id), options, settle);
                } catch (error) {
                    settle(error);
                }
            }),
        close: async () => {
            await connection.close().catch(() => undefined);
        },
    };
}
