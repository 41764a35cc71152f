import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, ConsumeMessage } from "amqplib";

/** Unacknowledged messages on the way. A killed command sends at most as many again. */
export const prefetch = 500;

/** Consumes a queue, before its own consumers, which would otherwise keep messages for themselves that have to move. Returns what ends it. */
export async function consumeAll(
    channel: Channel,
    queue: string,
    take: (message: ConsumeMessage) => void,
    onCancel: () => void,
): Promise<() => Promise<void>> {
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(
        queue,
        (message) => {
            if (message === null) {
                onCancel();
            } else {
                take(message);
            }
        },
        { arguments: { "x-priority": 1_000 } },
    );
    return async () => {
        await channel.cancel(consumerTag);
    };
}

/**
 * Fetches messages one by one: it is not a consumer, and so never the last consumer, whose end deletes a queue with auto-delete. Returns what ends it.
 */
export function fetchAll(
    channel: Channel,
    queue: string,
    {
        take,
        isFull,
        isEnded,
    }: {
        readonly take: (message: ConsumeMessage) => void;
        readonly isFull: () => boolean;
        readonly isEnded: () => boolean;
    },
): () => Promise<void> {
    const stopping = new AbortController();
    const fetching = (async () => {
        while (!stopping.signal.aborted && !isEnded()) {
            const message = isFull() ? false : await channel.get(queue);
            if (message === false) {
                await sleep(20);
            } else {
                take({ ...message, fields: { ...message.fields, consumerTag: "" } });
            }
        }
        // The channel reports its own errors.
    })().catch(() => undefined);
    return async () => {
        stopping.abort();
        await fetching;
    };
}
