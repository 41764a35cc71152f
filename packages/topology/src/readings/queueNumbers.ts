/**
 * A queue's numbers, as a live broker reports them. They are up to 5 seconds old, the broker's statistics interval. A missing number is not
 * zero: a new queue, or one whose node is down, has no numbers yet.
 */
export interface QueueNumbers {
    readonly vhost: string;
    readonly name: string;
    /** Messages that are ready for delivery. */
    readonly ready?: number;
    /** Messages that are delivered but not acknowledged. */
    readonly unacknowledged?: number;
    readonly consumers?: number;
    /** Messages published to the queue per second. */
    readonly publishRate?: number;
    /** The total size of its messages: their bodies, and in a quorum queue a few bytes of properties each. */
    readonly bytes?: number;
    /** The total size of its ready messages. */
    readonly bytesReady?: number;
    /** When its oldest message was published, in milliseconds since 1970; only if publishers set the timestamp and the queue type reports it. */
    readonly headAt?: number;
}

/** The number of messages that are lost if the queue is deleted; `undefined` if a part of it is unknown. */
export function messagesOf({ ready, unacknowledged }: QueueNumbers): number | undefined {
    return ready === undefined || unacknowledged === undefined ? undefined : ready + unacknowledged;
}
