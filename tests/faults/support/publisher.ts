import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelModel, ConfirmChannel, Message } from "amqplib";
import { closeConnection } from "./closeConnection.ts";
import type { Entry, Ledger } from "./ledger.ts";

/** Where a publisher sends messages, and the queues that they reach. */
export interface LoadRoute {
    readonly vhost: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly queues: readonly string[];
    /** Whether consumers reject some of its messages. */
    readonly hasRejected: boolean;
}

export interface PublisherOptions {
    readonly routes: readonly LoadRoute[];
    readonly ledger: Ledger;
    /** Opens a connection to another node each time. */
    readonly connect: () => Promise<ChannelModel>;
    /** Messages a second, over all routes. */
    readonly rate: number;
    /** The beginning of the messages' ids, different for each experiment. */
    readonly prefix: string;
}

/** Publishes until it is stopped. */
export interface Publisher {
    /** Publishes nothing new, and waits until everything is confirmed. @throws when that takes too long */
    readonly stop: (withinMs: number) => Promise<void>;
    /** Ends immediately, also with messages that are not confirmed. */
    readonly abandon: () => void;
    /** The longest time so far in which one route had no confirmation, in milliseconds. */
    readonly longestSilence: () => number;
}

/** A message without an answer after this time is published again, through another node. */
const answerWithinMs = 5_000;
/** Unconfirmed messages of one route. */
const window = 10;
/** One message in so many is rejected by its consumer. */
const rejectedOneIn = 10;

/**
 * Starts a publisher of persistent, mandatory messages with publisher confirms, that publishes a message again until it is confirmed and not
 * returned.
 */
export function startPublisher({ routes, ledger, connect, rate, prefix }: PublisherOptions): Publisher {
    let isStopped = false;
    let isAbandoned = false;
    let longest = 0;
    let count = 0;
    let link: Link | undefined;
    const opened = async (): Promise<Link> => {
        while (link === undefined || link.isClosed()) {
            link = await openLink(connect).catch(() => undefined);
            if (link === undefined) {
                if (isAbandoned) {
                    throw new Error("the publisher was abandoned");
                }
                await sleep(100);
            }
        }
        return link;
    };
    let opening: Promise<Link> | undefined;
    const current = (): Promise<Link> => {
        opening ??= opened().finally(() => {
            opening = undefined;
        });
        return opening;
    };
    const publishUntilConfirmed = async (route: LoadRoute, entry: Entry): Promise<void> => {
        while (!isAbandoned) {
            const answer = await (await current()).publish(route, entry.id);
            if (answer === "confirmed") {
                ledger.confirm(entry);
                return;
            }
            if (answer === "none") {
                ledger.repeat(entry);
            } else if (answer === "nacked") {
                ledger.nack();
            } else {
                ledger.return();
            }
            await sleep(100);
        }
    };
    const run = async (route: LoadRoute): Promise<void> => {
        const pending = new Set<Promise<void>>();
        let lastConfirm = Date.now();
        const interval = (1_000 * routes.length) / rate;
        while (!isStopped) {
            if (pending.size < window) {
                const id = `${prefix}-${count++}`;
                const entry = {
                    ...{ id, queues: route.queues },
                    isRejected: route.hasRejected && count % rejectedOneIn === 0,
                };
                const one = publishUntilConfirmed(route, entry).then(
                    () => {
                        longest = Math.max(longest, Date.now() - lastConfirm);
                        lastConfirm = Date.now();
                    },
                    () => undefined,
                );
                pending.add(one);
                void one.finally(() => pending.delete(one));
            }
            await sleep(interval);
        }
        await Promise.all(pending);
    };
    const running = Promise.all(routes.map(run));
    return {
        stop: async (withinMs) => {
            isStopped = true;
            const timeout = new AbortController();
            const late = sleep(withinMs, "late", { signal: timeout.signal }).catch(() => "done");
            const outcome = await Promise.race([running.then(() => "done"), late]);
            timeout.abort();
            isAbandoned = true;
            await link?.close();
            if (outcome === "late") {
                throw new Error(`the publisher has messages that are not confirmed after ${withinMs} ms`);
            }
        },
        abandon: () => {
            isStopped = true;
            isAbandoned = true;
            void link?.close();
        },
        longestSilence: () => longest,
    };
}

type Answer = "confirmed" | "nacked" | "returned" | "none";

interface Link {
    readonly isClosed: () => boolean;
    readonly publish: (route: LoadRoute, id: string) => Promise<Answer>;
    readonly close: () => Promise<void>;
}

async function openLink(connect: () => Promise<ChannelModel>): Promise<Link> {
    const connection = await connect();
    let isClosed = false;
    const waiting = new Set<(answer: Answer) => void>();
    const returned = new Set<string>();
    const closed = (): void => {
        isClosed = true;
        for (const answer of waiting) {
            answer("none");
        }
        waiting.clear();
    };
    connection.on("close", closed);
    const channel: ConfirmChannel = await connection.createConfirmChannel();
    const close = async (): Promise<void> => {
        closed();
        await closeConnection(connection);
    };
    channel.on("error", () => undefined);
    channel.on("close", () => {
        void close();
    });
    channel.on("return", ({ properties }: Message) => {
        returned.add(String(properties.messageId));
    });
    return {
        isClosed: () => isClosed,
        publish: ({ exchange, routingKey }, id) =>
            new Promise((resolve) => {
                const answer = (found: Answer): void => {
                    clearTimeout(timer);
                    waiting.delete(answer);
                    resolve(found);
                };
                const timer = setTimeout(() => void close(), answerWithinMs);
                if (isClosed) {
                    answer("none");
                    return;
                }
                waiting.add(answer);
                try {
                    channel.publish(
                        exchange,
                        routingKey,
                        Buffer.from(id),
                        { persistent: true, mandatory: true, messageId: id },
                        (error: unknown) => {
                            const isReturned = returned.delete(id);
                            if (isClosed) {
                                answer("none");
                            } else if (error !== null && error !== undefined) {
                                answer("nacked");
                            } else {
                                answer(isReturned ? "returned" : "confirmed");
                            }
                        },
                    );
                } catch {
                    answer("none");
                }
            }),
        close,
    };
}
