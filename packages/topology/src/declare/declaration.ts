import type { Duration } from "../model/duration.ts";
import type { ExchangeType } from "../model/exchange.ts";
import type { Service } from "../model/service.ts";
import type { Bytes } from "../model/size.ts";

/** How many messages, and how much of them, a queue holds at most. Counted over ready messages. */
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

/** Where a queue gets its messages from. */
export interface Source {
    readonly exchange: string;
    readonly routingKey: string;
}

interface QueueDeclarationBase {
    readonly name: string;
    readonly sources: readonly Source[];
    readonly bound: Bound;
}

/** Jobs that somebody must do: replicated, retried, dead-lettered. */
export interface WorkQueue extends QueueDeclarationBase {
    readonly purpose: "work";
    /**
     * Whether a message may never be lost once it is confirmed: a full queue then refuses the publisher instead of dropping, and
     * dead letters are moved at least once. Otherwise a full queue moves its oldest messages to the dead letters, so that one slow
     * consumer cannot hold up a publisher that also feeds others.
     */
    readonly critical: boolean;
    readonly retry: Retry;
    /** After how long an untouched message is given up. @default - never */
    readonly deadline?: Duration;
    /** How long one job may take; the broker takes it back after twice that time. */
    readonly jobLimit: Duration;
}

/** Messages whose loss does no harm: short-lived, the newest win. */
export interface TransientQueue extends QueueDeclarationBase {
    readonly purpose: "transient";
    readonly ttl: Duration;
}

/** Requests that somebody waits for: worthless after the caller's time-out, refused when too many. */
export interface RequestQueue extends QueueDeclarationBase {
    readonly purpose: "requests";
    readonly timeout: Duration;
    readonly jobLimit: Duration;
}

/** Commands to every replica of a service: a log that each replica reads for itself, also after a restart. */
export interface CommandQueue extends QueueDeclarationBase {
    readonly purpose: "commands";
    readonly retention: Duration;
}

/** Messages kept as evidence until an operator deals with them: no consumer, no TTL. */
export interface ParkingQueue extends QueueDeclarationBase {
    readonly purpose: "parking";
}

export type QueueDeclaration = WorkQueue | TransientQueue | RequestQueue | CommandQueue | ParkingQueue;

export interface ExchangeDeclaration {
    readonly name: string;
    readonly type: ExchangeType;
    /** Where messages go that no binding matches. @default - nowhere: the publisher gets them back or they are dropped */
    readonly alternate?: string;
}

/** What is wanted of the broker, before it is said in the broker's own mechanics. */
export interface Declaration {
    readonly vhost: string;
    readonly exchanges: readonly ExchangeDeclaration[];
    readonly queues: readonly QueueDeclaration[];
    readonly services: readonly Service[];
    /** Takes what was rejected, expired or tried too often; keyed by the name of the queue it comes from. */
    readonly deadLetterExchange: string;
    /** Feeds the delay queues of brokers that cannot delay by themselves; declared only for those. */
    readonly retryExchange: ExchangeDeclaration;
    /** Whether queues and exchanges may be replaced or deleted without further ado. */
    readonly retain: boolean;
}
