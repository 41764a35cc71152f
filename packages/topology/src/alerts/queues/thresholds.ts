import { type Duration, duration, times } from "../../model/index.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

/** How often Prometheus looks. */
export const scrapeInterval = duration("15 seconds");

/** What is over before Prometheus has looked four times, it cannot tell from chance. */
export const shortestWait = times(scrapeInterval, 4);

/**
 * How long a message may wait before somebody must look: until half of its declared deadline is gone, while there is still time; without a
 * deadline, as long as two jobs may take. `undefined` where nobody must consume, or where the promise is shorter than can be watched.
 */
export function waitLimit({ deadline, jobLimit, consumers, type }: WatchedQueue): Duration | undefined {
    if (consumers.length === 0 || type === "stream") {
        return undefined;
    }
    const limit = deadline !== undefined ? times(deadline, 0.5) : jobLimit && times(jobLimit, 2);
    return limit !== undefined && limit >= shortestWait ? limit : undefined;
}

/**
 * How long consumers may hold messages without settling any: two jobs, after which RabbitMQ 4.3 takes them back.
 * @see https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout
 */
export function holdLimit({ jobLimit, type }: WatchedQueue): Duration | undefined {
    if (jobLimit === undefined || type === "stream") {
        return undefined;
    }
    return times(jobLimit >= shortestWait ? jobLimit : shortestWait, 2);
}

/** The part of its bound from which on a queue counts as nearly full; of a limit, from which on a node does. */
export const nearlyFull = 0.8;

/** How far ahead a queue's growth is followed: long enough to act within a working day. */
export const growthHorizon = duration("4 hours");

/** Over how long its growth is measured. */
export const growthWindow = duration("30 minutes");

/** How much of its bound a queue must hold before its growth counts: the first messages of a burst are no trend. */
export function noticeableCount(bound: number): number {
    return Math.round(bound * 0.05);
}

/** Over how long redeliveries are counted. */
export const redeliveryWindow = duration("15 minutes");

/** The part of the deliveries that may be repeated ones. */
export const redeliveredPart = 0.2;

/**
 * How many redeliveries are more than one message's misfortune: what two messages cause that fail as often as they may. Where there is no
 * limit, what two would cause under RabbitMQ's own.
 * @see https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling
 */
export function redeliveryLimit({ deliveryLimit = 20 }: WatchedQueue): number {
    return 2 * deliveryLimit;
}

/** The bounds whose reaching does harm; a stream forgets its oldest entries on purpose. */
export function harmfulBounds(
    queue: WatchedQueue,
): Partial<Record<"messages" | "bytes", number>> | undefined {
    const { type, maxMessages, maxBytes } = queue;
    if (type === "stream" || (maxMessages === undefined && maxBytes === undefined)) {
        return undefined;
    }
    return {
        ...(maxMessages !== undefined && { messages: maxMessages }),
        ...(maxBytes !== undefined && { bytes: maxBytes }),
    };
}
