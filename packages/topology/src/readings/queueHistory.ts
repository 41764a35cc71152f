/**
 * A queue's numbers now and in the past, as a live broker reports them. They are up to 5 seconds old, the broker's statistics interval; the broker
 * keeps them for an hour.
 * @see https://www.rabbitmq.com/docs/management#sample-retention
 */
export interface QueueHistory {
    readonly vhost: string;
    readonly name: string;
    /** Whether its leader is available. */
    readonly running: boolean;
    readonly readyBytes: number;
    readonly consumers: number;
    /** Messages per second: published to the queue, and delivered for the first time. */
    readonly inRate: number;
    readonly outRate: number;
    /** The current numbers. */
    readonly now: QueueMoment;
    /** Past numbers at regular intervals, newest first. All are zero before the queue was declared. */
    readonly before: readonly QueueMoment[];
}

/** A queue's numbers at one moment. */
export interface QueueMoment {
    /** Milliseconds since 1970, by the broker's clock. */
    readonly at: number;
    readonly ready: number;
    readonly unacknowledged: number;
    /** Counters since the queue was declared or its leader started: all deliveries, redeliveries, and acknowledgements. */
    readonly delivered: number;
    readonly redelivered: number;
    readonly acknowledged: number;
}
