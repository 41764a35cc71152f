import type { Workload } from "../model/service.ts";
import type { UserTag } from "../model/user.ts";
import type { DurationInput } from "./queueInput.ts";

/** A kind of message that a service publishes, as plain data. */
export interface PublicationInput {
    /** The service's name for the message. */
    readonly message: string;
    readonly to: string;
    /** The routing key. Required if the exchange routes by it. */
    readonly key?: string;
    /** Whether the message survives a restart of the broker. @default true */
    readonly persistent?: boolean;
    /** Whether an unroutable message is returned. @default true */
    readonly mandatory?: boolean;
    /** Whether the publisher may mark the message as urgent. @default false */
    readonly urgency?: boolean;
    /** The time after which the message expires. @default - never */
    readonly expiration?: DurationInput;
}

/** A queue that a service consumes, as plain data. */
export interface SubscriptionInput {
    readonly queue: string;
    /** The service's name for the message. @default - the queue's name */
    readonly message?: string;
    /** @default 20 */
    readonly prefetch?: number;
    /** The maximum time of one message. @default - the queue's job limit */
    readonly jobLimit?: DurationInput;
}

/** A request that a service sends, as plain data. */
export interface CallInput {
    readonly message: string;
    readonly to: string;
    /** The routing key. Required if the exchange routes by it. */
    readonly key?: string;
    /** How long the service waits for the reply. @default "30 seconds" */
    readonly timeout?: DurationInput;
}

/** The options of a service. */
export interface ServiceOptions {
    readonly publishes?: readonly PublicationInput[];
    readonly consumes?: readonly SubscriptionInput[];
    readonly calls?: readonly CallInput[];
    /** Whether it replies to requests. @default - whether it consumes a request queue */
    readonly replies?: boolean;
    /** Queues whose messages it looks at without consuming them, such as dead-letter queues. */
    readonly inspects?: readonly string[];
    /**
     * Whether it republishes dead letters to their work queue. It gets a publication for each work queue whose dead-letter queue it inspects.
     * @default false
     */
    readonly redrives?: boolean;
    /** Tags of its user. @default - none */
    readonly tags?: readonly UserTag[];
    /** Its users on the broker, all with the same permissions; it connects as the first. @default - one with the service's name */
    readonly users?: readonly string[];
    /** How it is deployed. @default - it is not deployed */
    readonly workload?: Workload;
}

/** A service as plain data. */
export interface ServiceInput extends ServiceOptions {
    readonly name: string;
}

/** A program, or a person with tools, that uses the broker with its own user. */
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

/** A request that the service sends and whose reply it waits for. */
export function call(message: string, options: Omit<CallInput, "message">): CallInput {
    return { message, ...options };
}
