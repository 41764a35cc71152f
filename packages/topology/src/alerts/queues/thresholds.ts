import { type Duration, duration, times } from "../../model/index.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

/** How often Prometheus scrapes the broker. */
export const scrapeInterval = duration("15 seconds");

/** The shortest wait that four scrapes can measure reliably. */
export const minWait = times(scrapeInterval, 4);

/**
 * How long a message may wait before an alert: half of its TTL, so that there is time to act; without a TTL, as long as two jobs may take.
 * `undefined` without consumers, or if the time is too short to be measured.
 */
export function waitLimit({ deadline, jobLimit, consumers, type }: WatchedQueue): Duration | undefined {
    if (consumers.length === 0 || type === "stream") {
        return undefined;
    }
    const limit = deadline !== undefined ? times(deadline, 0.5) : jobLimit && times(jobLimit, 2);
    return limit !== undefined && limit >= minWait ? limit : undefined;
}

/**
 * How long consumers may have unacknowledged messages without settling any: as long as one job. After two, the broker takes them back, so that
 * a longer time would never be seen.
 * @see https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout
 */
export function holdLimit({ jobLimit, type }: WatchedQueue): Duration | undefined {
    if (jobLimit === undefined || type === "stream") {
        return undefined;
    }
    return jobLimit >= minWait ? jobLimit : minWait;
}

/** The part of its limit at which a queue or a node counts as nearly full. */
export const nearlyFull = 0.8;

/** How far ahead the growth of a queue is predicted: long enough to act within a working day. */
export const growthHorizon = duration("4 hours");

/** The time over which growth is measured. */
export const growthWindow = duration("30 minutes");

/** The minimum number of messages before growth counts: the first messages of a burst are not a trend. */
export function noticeableCount(bound: number): number {
    return Math.round(bound * 0.05);
}

/** The time over which redeliveries are counted. */
export const redeliveryWindow = duration("15 minutes");

/** The part of all deliveries that may be redeliveries. */
export const redeliveredPart = 0.2;

/**
 * The number of redeliveries that two failing messages cause before the delivery limit, so that a single failing message raises no alert.
 * Without a delivery limit, RabbitMQ's default counts.
 * @see https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling
 */
export function redeliveryLimit({ deliveryLimit = 20 }: WatchedQueue): number {
    return 2 * deliveryLimit;
}

/** The limits of a queue whose reaching is a problem. A stream deletes its oldest messages by design. */
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
