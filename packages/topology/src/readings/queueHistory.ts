/**
 * A queue as a live broker tells and remembers it. Its numbers are as old as the broker's interval of statistics, 5 seconds; it remembers
 * them for an hour.
 * @see https://www.rabbitmq.com/docs/management#sample-retention
 */
export interface QueueHistory {
    readonly vhost: string;
    readonly name: string;
    /** Whether it has a leader that serves it. */
    readonly running: boolean;
    readonly readyBytes: number;
    readonly consumers: number;
    /** Messages a second that arrive, and that are handed out for the first time. */
    readonly inRate: number;
    readonly outRate: number;
    /** What it is now. */
    readonly now: QueueMoment;
    /** What it was, newest first, at a regular distance. Before the queue was there, everything is zero. */
    readonly before: readonly QueueMoment[];
}

/** A queue's numbers at one moment. */
export interface QueueMoment {
    /** In milliseconds since 1970, by the broker's clock. */
    readonly at: number;
    readonly ready: number;
    readonly unacknowledged: number;
    /** Counted since the queue was declared, or its leader started: everything handed out, what of it was handed out again, and what was acknowledged. */
    readonly delivered: number;
    readonly redelivered: number;
    readonly acknowledged: number;
}
