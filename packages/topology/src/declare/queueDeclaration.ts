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

/** How often a failed message is retried, and with which delays: `delay`, then twice, three times... up to `delayLimit`. */
export interface Retry {
    /** All attempts, including the first. */
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
    /** Whether only one consumer receives messages at a time, which keeps their order. */
    readonly singleActiveConsumer: boolean;
}

/** Jobs that must be done: replicated, retried, dead-lettered. */
export interface WorkQueue extends ConsumedQueue {
    readonly purpose: "work";
    /**
     * Whether a confirmed message must never be lost. A full queue then rejects publishes, and messages are dead-lettered at least once. Otherwise
     * a full queue dead-letters its oldest messages, so that one slow consumer does not block a publisher that also feeds other queues.
     */
    readonly critical: boolean;
    readonly retry: Retry;
    /** The time after which an unconsumed message is dead-lettered. @default - never */
    readonly deadline?: Duration;
    /** The maximum time of one job; the broker redelivers it after twice that time. */
    readonly jobLimit: Duration;
}

/** Short-lived messages that may be lost; a full queue drops the oldest. */
export interface TransientQueue extends ConsumedQueue {
    readonly purpose: "transient";
    readonly ttl: Duration;
}

/** Requests whose callers wait for a reply: they expire with the caller's timeout; a full queue rejects more. */
export interface RequestQueue extends ConsumedQueue {
    readonly purpose: "requests";
    readonly timeout: Duration;
    readonly jobLimit: Duration;
}

/** Commands to every replica of a service: a stream that each replica reads on its own, also after a restart. */
export interface CommandQueue extends BoundedQueue {
    readonly purpose: "commands";
    readonly retention: Duration;
}

/** Messages kept for an operator: no consumer, no TTL. */
export interface ParkingQueue extends BoundedQueue {
    readonly purpose: "parking";
}

/** A queue or stream with RabbitMQ's own settings. */
export interface PlainQueue extends AnyQueue {
    readonly purpose: "plain";
    readonly type: QueueType;
    readonly durable: boolean;
    readonly autoDelete: boolean;
    /** Arguments are immutable: changing one replaces the queue and deletes its messages. */
    readonly arguments: Arguments;
    /** The settings of its policy, by policy key; without settings it has no policy. */
    readonly settings: PolicyDefinition;
}

/** A queue of any purpose, with all defaults filled in. */
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

/** The stream that the compiler adds for the replies to a service's calls. */
export function replyStreamOf(caller: string): string {
    return `${caller}.replies`;
}
