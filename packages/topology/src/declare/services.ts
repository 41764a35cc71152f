import type { Workload } from "../model/service.ts";
import type { UserTag } from "../model/user.ts";
import type { DurationInput } from "./queueInput.ts";

/** A kind of message that a service publishes, as plain data. */
export interface PublicationInput {
    /** What the service calls the message. */
    readonly message: string;
    readonly to: string;
    /** Required where the exchange routes by it. */
    readonly key?: string;
    /** Whether the message survives a restart of the broker. @default true */
    readonly persistent?: boolean;
    /** Whether an unroutable message is returned. @default true */
    readonly mandatory?: boolean;
    /** Whether the sender may mark the message urgent. @default false */
    readonly urgency?: boolean;
    /** After how long the message expires. @default - never */
    readonly expiration?: DurationInput;
}

/** A queue that a service consumes, as plain data. */
export interface SubscriptionInput {
    readonly queue: string;
    /** What the service calls what it receives. @default - the queue's name */
    readonly message?: string;
    /** @default 20 */
    readonly prefetch?: number;
    /** How long handling one message may take. @default - the queue's job limit */
    readonly jobLimit?: DurationInput;
}

/** A request that a service makes, as plain data. */
export interface CallInput {
    readonly message: string;
    readonly to: string;
    /** Required where the exchange routes by it. */
    readonly key?: string;
    /** @default "30 seconds" */
    readonly timeout?: DurationInput;
}

/** What may be said of a service besides its name. */
export interface ServiceOptions {
    readonly publishes?: readonly PublicationInput[];
    readonly consumes?: readonly SubscriptionInput[];
    readonly calls?: readonly CallInput[];
    /** Whether it replies to requests. @default - whether it consumes a queue of requests */
    readonly replies?: boolean;
    /** Queues that it reads without being their consumer, such as dead-letter queues. */
    readonly inspects?: readonly string[];
    /** Whether it puts inspected messages back into their queue. @default false */
    readonly redrives?: boolean;
    /** Tags of its user. @default - none */
    readonly tags?: readonly UserTag[];
    /** Its users on the broker, all with the same permissions; it uses the first. @default - one, of its own name */
    readonly users?: readonly string[];
    /** How it runs. @default - nothing deploys it */
    readonly workload?: Workload;
}

/** A service as plain data. */
export interface ServiceInput extends ServiceOptions {
    readonly name: string;
}

/** A program, or a person with tools, that uses the broker under a user of its own. */
export function service(name: string, options: ServiceOptions = {}): ServiceInput {
    return { name, ...options };
}

/** A kind of message that the service publishes to an exchange. */
export function publish(message: string, options: Omit<PublicationInput, "message">): PublicationInput {
    return { message, ...options };
}

/** A queue that the service consumes. */
export function consume(queue: string, options: Omit<SubscriptionInput, "queue"> = {}): SubscriptionInput {
    return { queue, ...options };
}

/** A request that the service makes, whose reply it awaits. */
export function call(message: string, options: Omit<CallInput, "message">): CallInput {
    return { message, ...options };
}
