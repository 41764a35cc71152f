import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queue } from "@spot-messaging/topology";
import { isTable, type RedriveTarget } from "@spot-messaging/topology/messages";
import type { ChannelModel, ConfirmChannel, Message, Options } from "amqplib";
import { encodableHeaders } from "./inexactHeaders.ts";

/** A queue whose messages are taken, and put back or acknowledged. */
export interface ParkedQueue {
    /** The number of messages that were in the queue at the beginning and are still there. */
    readonly count: () => Promise<number>;
    /** Takes up to `wanted` of them from the head, and returns how many. Messages that arrive later are not taken. */
    readonly read: (wanted: number, receive: (message: Message) => void) => Promise<number>;
    /** The same with all of them in memory. */
    readonly take: (wanted: number) => Promise<readonly Message[]>;
    readonly acknowledge: (message: Message) => void;
    /** Publishes a message. It must not be acknowledged before the answer is `confirmed`. */
    readonly publish: (
        target: RedriveTarget,
        content: Buffer,
        properties: Options.Publish,
    ) => Promise<PublishOutcome>;
    /** Puts back what was not acknowledged, in its order and at the head of the queue, and closes the channel. */
    readonly close: () => Promise<void>;
}

/**
 * `returned`: it reaches no queue. `refused`: a queue refused it, because it is full. `unsendable`: the client cannot encode it, such as headers
 * of more than 64 KiB; nothing was sent.
 */
export type PublishOutcome = "confirmed" | "returned" | "refused" | "unsendable";

const noBody = Buffer.alloc(0);

/** The maximum prefetch of AMQP 0-9-1. */
const maxPrefetch = 65_535;

/** The number of milliseconds without a delivery after which a queue counts as empty, although the broker reported more messages. */
const idleMs = 3_000;

/**
 * Opens a channel for a queue. Measured on 4.0.5 and 4.3.6 (tests/broker/deadLetters.test.ts): on 4.3, a quorum queue does not count a nack as a
 * delivery, but it does count a lost channel. Before 4.3 it counts both, and without a delivery limit it moves nacked messages to its end; those of
 * a closed channel return to the head, in their order. A passive declaration knows the number of messages exactly there; on 4.3 it lags behind, but
 * the answer to `basic.get` is exact.
 * @param version of the broker
 */
export async function openQueue(
    connection: ChannelModel,
    { name }: Pick<Queue, "name">,
    version: string,
): Promise<ParkedQueue> {
    const channel = await connection.createConfirmChannel();
    const lost = new AbortController();
    channel.on("error", (error) => {
        lost.abort(error);
    });
    channel.once("close", () => {
        lost.abort(new Error("the channel was closed"));
    });
    const returned = new Returned(channel);
    /** By delivery tag, without their bodies. */
    const held = new Map<number, Message>();
    const hold = (message: Message): Message => {
        held.set(message.fields.deliveryTag, { ...message, content: noBody });
        return message;
    };
    let consumers = 0;
    /** How many messages of those that were in the queue at the beginning are left in it. */
    let left: number | undefined;
    let first: Message | undefined;
    const countLeft = async (): Promise<number> => {
        if (left !== undefined) {
            return left;
        }
        if (!countsLostChannels(version)) {
            left = (await guarded(channel.checkQueue(name), lost.signal)).messageCount;
            return left;
        }
        const found = await guarded(channel.get(name), lost.signal);
        if (found !== false) {
            first = hold(found);
        }
        left = found === false ? 0 : found.fields.messageCount + 1;
        return left;
    };
    /** Consumes up to so many messages; returns how many came. */
    const consume = async (wanted: number, receive: (message: Message) => void): Promise<number> => {
        let count = 0;
        const arrivals = new EventTarget();
        await guarded(channel.prefetch(wanted), lost.signal);
        consumers += 1;
        // Before 4.3, the messages of a closed channel return in the order of their consumers' tags.
        const consumerTag = `topology-${String(consumers).padStart(8, "0")}`;
        const deliver = (message: Message | null): void => {
            if (message !== null) {
                count += 1;
                receive(hold(message));
                arrivals.dispatchEvent(new Event("message"));
            }
        };
        await guarded(channel.consume(name, deliver, { consumerTag }), lost.signal);
        let seen = -1;
        while (count < wanted && count > seen) {
            seen = count;
            await nextArrival(arrivals, lost.signal);
        }
        await guarded(channel.cancel(consumerTag), lost.signal);
        return count;
    };
    const read = async (wanted: number, receive: (message: Message) => void): Promise<number> => {
        const possible = Math.min(wanted, await countLeft(), maxPrefetch);
        let taken = 0;
        if (possible > 0 && first !== undefined) {
            receive(first);
            first = undefined;
            taken = 1;
        }
        if (possible > taken) {
            taken += await consume(possible - taken, receive);
        }
        left = taken < possible ? 0 : (left ?? 0) - taken;
        return taken;
    };
    /**
     * The channel sends a quorum queue 32 commands without an answer, and drops further ones when it is closed. The answer to basic.consume comes
     * after all of them.
     */
    const flush = async (): Promise<void> => {
        await guarded(channel.prefetch(1), lost.signal);
        const { consumerTag } = await guarded(
            channel.consume(name, (message) => message && hold(message)),
            lost.signal,
        );
        await guarded(channel.cancel(consumerTag), lost.signal);
    };
    let hasAcknowledged = false;
    return {
        count: countLeft,
        read,
        take: async (wanted) => {
            const taken: Message[] = [];
            await read(wanted, (message) => taken.push(message));
            return taken;
        },
        acknowledge: (message) => {
            held.delete(message.fields.deliveryTag);
            hasAcknowledged = true;
            channel.ack(message);
        },
        publish: async (target, content, properties) =>
            await guarded(publishOnce(channel, returned, target, content, properties), lost.signal),
        close: async () => {
            if (!lost.signal.aborted) {
                if (hasAcknowledged) {
                    await flush();
                }
                const last = [...held.values()].at(-1);
                if (last !== undefined && countsLostChannels(version)) {
                    // One command for each consumer, so that few are without an answer.
                    channel.nack(last, true, true);
                }
                await channel.close();
            }
        },
    };
}

/** Whether the broker distinguishes messages that are put back from messages whose consumer was lost. */
export function countsLostChannels(version: string): boolean {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    return major > 4 || (major === 4 && minor >= 3);
}

/** Waits for the next message, or for the idle time. */
async function nextArrival(arrivals: EventTarget, lost: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, lost]);
    try {
        await Promise.race([once(arrivals, "message", { signal }), sleep(idleMs, undefined, { signal })]);
    } catch (error) {
        throw lost.aborted ? lost.reason : error;
    } finally {
        ended.abort();
    }
}

/** Rejects when the channel is lost, because some waits of the client would then never end. */
async function guarded<T>(wait: Promise<T>, lost: AbortSignal): Promise<T> {
    lost.throwIfAborted();
    const ended = new AbortController();
    try {
        return await Promise.race([
            wait,
            once(lost, "abort", { signal: ended.signal }).then((): never => {
                throw lost.reason;
            }),
        ]);
    } catch (error) {
        throw lost.aborted ? lost.reason : error;
    } finally {
        ended.abort();
    }
}

/** The messages that the broker returned because they reach no queue. It returns a message before it confirms it. */
class Returned {
    readonly #messages: Message[] = [];

    constructor(channel: ConfirmChannel) {
        channel.on("return", (message) => {
            this.#messages.push(message);
        });
    }

    /** Whether a message was returned. Of equal messages, any one can be the returned one. */
    take(target: RedriveTarget, content: Buffer, { messageId }: Options.Publish): boolean {
        const index = this.#messages.findIndex(
            ({ fields, properties, content: body }) =>
                fields.exchange === target.exchange &&
                fields.routingKey === target.routingKey &&
                properties.messageId === messageId &&
                content.equals(body),
        );
        if (index < 0) {
            return false;
        }
        this.#messages.splice(index, 1);
        return true;
    }
}

function publishOnce(
    channel: ConfirmChannel,
    returned: Returned,
    target: RedriveTarget,
    content: Buffer,
    properties: Options.Publish,
): Promise<PublishOutcome> {
    const headers: unknown = properties.headers ?? {};
    return new Promise((resolve, reject) => {
        try {
            channel.publish(
                target.exchange,
                target.routingKey,
                content,
                {
                    ...properties,
                    headers: isTable(headers) ? encodableHeaders(headers) : {},
                    mandatory: true,
                },
                (error: unknown) => {
                    const isReturned = returned.take(target, content, properties);
                    resolve(
                        isReturned
                            ? "returned"
                            : error === null || error === undefined
                              ? "confirmed"
                              : "refused",
                    );
                },
            );
        } catch (error) {
            // The client encodes a message before it writes and counts it, so the channel stays usable.
            if (error instanceof RangeError || error instanceof TypeError) {
                resolve("unsendable");
            } else {
                reject(error instanceof Error ? error : new Error(String(error)));
            }
        }
    });
}
