import type { Duration } from "../model/index.js";

/** What the management API says of a queue at one moment. */
export interface QueueReading {
    /** Whether the broker has the queue, and it has a leader. */
    readonly present: boolean;
    readonly ready: number;
    readonly unacknowledged: number;
    readonly readyBytes: number;
    readonly consumers: number;
    /** Messages a second. */
    readonly inRate: number;
    readonly outRate: number;
    /** The least time that the oldest ready message has waited; see {@link leastWait}. */
    readonly oldest: Duration;
    /** How much was delivered, and delivered again, within the window of the redelivery rule, or as far back as the broker remembers. */
    readonly delivered: number;
    readonly redelivered: number;
    /** For how long the consumers have held messages without settling any. */
    readonly held: Duration;
}
