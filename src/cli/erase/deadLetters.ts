import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, ChannelModel, GetMessage } from "amqplib";
import { z } from "zod";
import type { Scope } from "./scope.ts";

/** What was found in one parking queue. */
export interface ParkedMessages {
    readonly queue: string;
    /** Messages about what is erased. */
    readonly matching: number;
    /** Other messages, which stay in their order. */
    readonly others: number;
    /** Of the others, those that show neither an analysis nor a time. */
    readonly unreadable: number;
}

/**
 * Removes the matching messages from the parking queues. The other messages are returned to their places; the broker marks them as
 * redelivered.
 * @param remove - whether to remove the messages, or only to count them
 */
export async function eraseDeadLetters(
    connection: ChannelModel,
    queues: readonly string[],
    scope: Scope,
    remove: boolean,
): Promise<readonly ParkedMessages[]> {
    return await Promise.all(
        queues.map(async (queue) => {
            const channel = await connection.createChannel();
            try {
                return await eraseIn(channel, queue, scope, remove);
            } finally {
                // Returns what was not acknowledged, also after an error.
                await channel.close();
            }
        }),
    );
}

async function eraseIn(
    channel: Channel,
    queue: string,
    scope: Scope,
    remove: boolean,
): Promise<ParkedMessages> {
    const counts = { matching: 0, others: 0, unreadable: 0 };
    for (;;) {
        const message = await next(channel, queue);
        if (message === undefined) {
            return { queue, ...counts };
        }
        const matches = isAbout(message, scope);
        if (matches === true) {
            counts.matching += 1;
            if (remove) {
                channel.ack(message);
            }
        } else {
            counts.others += 1;
            counts.unreadable += matches === undefined ? 1 : 0;
        }
    }
}

/** The next message. One that another consumer just returned is ready a moment later, and is not in the queue's count before. */
async function next(channel: Channel, queue: string): Promise<GetMessage | undefined> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
        const message = await channel.get(queue);
        if (message !== false) {
            return message;
        }
        await sleep(250);
    }
    return undefined;
}

const body = z.object({
    analysis: z.string().optional(),
    submittedAt: z.string().optional(),
    finishedAt: z.string().optional(),
    at: z.string().optional(),
});

/** Whether a message is about what is erased; `undefined` if it does not say. */
export function isAbout(
    { properties, content }: Pick<GetMessage, "properties" | "content">,
    scope: Scope,
): boolean | undefined {
    const payload = payloadOf(content);
    if ("id" in scope) {
        const ids = [properties.correlationId, payload.analysis].filter(
            (id): id is string => typeof id === "string" && id !== "",
        );
        return ids.includes(scope.id) ? true : ids.length === 0 ? undefined : false;
    }
    // The oldest time that it shows: a message can be published long after the e-mail was submitted.
    const times = [payload.submittedAt, payload.finishedAt, payload.at]
        .filter((time) => time !== undefined)
        .map((time) => Date.parse(time));
    const stamp: unknown = properties.timestamp;
    if (typeof stamp === "number") {
        times.push(stamp * 1_000);
    }
    const known = times.filter((time) => !Number.isNaN(time));
    return known.length === 0 ? undefined : Math.min(...known) < scope.before.getTime();
}

function payloadOf(content: Buffer): z.infer<typeof body> {
    try {
        const parsed = body.safeParse(JSON.parse(content.toString("utf8")));
        return parsed.success ? parsed.data : {};
    } catch {
        return {};
    }
}
