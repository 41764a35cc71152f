import type { Arguments } from "../model/arguments.ts";
import type { Duration } from "../model/duration.ts";
import type { PolicyDefinition } from "../model/policy.ts";
import type { QueueType } from "../model/queue.ts";
import type { Bytes } from "../model/size.ts";

/** The maximum length of a queue, in ready messages and in bytes. */
export interface Bound {
    readonly messages: number;
    readonly size: Bytes;
}

/** How often a failed message is tried, and how long it waits in between: `delay`, then twice, three times... up to `delayLimit`. */
export interface Retry {
    /** All attempts, the first included. */
    readonly attempts: number;
    readonly delay: Duration;
    readonly delayLimit: Duration;
}

/** A binding of the queue that declares it. */
export interface Source {
    readonly exchange: string;
    readonly routingKey: string;
    /** The binding's arguments; a headers exchange matches by them. */
    readonly arguments: Arguments;
}

interface AnyQueue {
    readonly name: string;
    readonly sources: readonly Source[];
    /** Whether Pulumi refuses to delete or replace the queue. */
    readonly retain: boolean;
}

interface BoundedQueue extends AnyQueue {
    readonly bound: Bound;
}

interface ConsumedQueue extends BoundedQueue {
    /** Whether only one consumer gets messages at a time, which keeps their order. */
    readonly singleActiveConsumer: boolean;
}

/** Jobs that must be done: replicated, retried, dead-lettered. */
export interface WorkQueue extends ConsumedQueue {
    readonly purpose: "work";
    /**
     * Whether a confirmed message may never be lost: a full queue then rejects what is published, and messages are dead-lettered at least
     * once. Otherwise a full queue dead-letters its oldest messages, so that one slow consumer does not block a publisher that also feeds others.
     */
    readonly critical: boolean;
    readonly retry: Retry;
    /** After how long a message that nothing consumed is dead-lettered. @default - never */
    readonly deadline?: Duration;
    /** How long one job may take; the broker redelivers it after twice that time. */
    readonly jobLimit: Duration;
}

/** Messages whose loss does no harm: short-lived; a full queue drops the oldest. */
export interface TransientQueue extends ConsumedQueue {
    readonly purpose: "transient";
    readonly ttl: Duration;
}

/** Requests whose senders wait for a reply: they expire with the caller's time-out; a full queue rejects further ones. */
export interface RequestQueue extends ConsumedQueue {
    readonly purpose: "requests";
    readonly timeout: Duration;
    readonly jobLimit: Duration;
}

/** Commands to every replica of a service: a stream that each replica reads for itself, also after a restart. */
export interface CommandQueue extends BoundedQueue {
    readonly purpose: "commands";
    readonly retention: Duration;
}

/** Messages kept until an operator deals with them: no consumer, no TTL. */
export interface ParkingQueue extends BoundedQueue {
    readonly purpose: "parking";
}

/** A queue or stream in RabbitMQ's own settings. */
export interface PlainQueue extends AnyQueue {
    readonly purpose: "plain";
    readonly type: QueueType;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    /** Arguments are immutable: changing one replaces the queue and deletes its messages. */
    readonly arguments: Arguments;
    /** What its policy sets, keyed as the broker spells it; without any it has no policy. */
    readonly settings: PolicyDefinition;
}

/** A queue of any purpose, in full. */
export type QueueDeclaration =
    | WorkQueue
    | TransientQueue
    | RequestQueue
    | CommandQueue
    | ParkingQueue
    | PlainQueue;

/** The dead-letter queue that the compiler adds to a work queue. */
export function deadLetterQueueOf(workQueue: string): string {
    return `${workQueue}.dlq`;
}
