/**
 * A queue as a live broker counts it; its numbers are as old as the broker's interval of statistics, 5 seconds. A number that the broker
 * does not tell is missing, which is not zero: a queue that was just declared, or whose node is down, has no numbers.
 */
export interface QueueNumbers {
    readonly vhost: string;
    readonly name: string;
    /** Messages that wait for a consumer. */
    readonly ready?: number;
    /** Messages that consumers hold and have not acknowledged. */
    readonly unacknowledged?: number;
    readonly consumers?: number;
    /** Messages a second that arrive. */
    readonly publishRate?: number;
    /** All of its messages, in bytes: their bodies, in a quorum queue with a few bytes of properties each. */
    readonly bytes?: number;
    /** The same of its ready messages. */
    readonly bytesReady?: number;
    /** When its oldest message was sent, in milliseconds since 1970; only where publishers say so and the queue's type tells. */
    readonly headAt?: number;
}

/** Everything that would die with the queue; unknown as soon as one part is. */
export function messagesOf({ ready, unacknowledged }: QueueNumbers): number | undefined {
    return ready === undefined || unacknowledged === undefined ? undefined : ready + unacknowledged;
}
