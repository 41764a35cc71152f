import type { Arguments } from "../model/arguments.ts";
import type { Duration, DurationText } from "../model/duration.ts";
import type { PolicyDefinition } from "../model/policy.ts";
import type { QueueType } from "../model/queue.ts";
import type { Bytes, BytesText } from "../model/size.ts";

/** A duration as text, such as `"30 seconds"`, or in milliseconds. */
export type DurationInput = DurationText | Duration;

/** A size as text, such as `"1 GiB"`, or in bytes. */
export type BytesInput = BytesText | Bytes;

/** The maximum length of a queue; missing fields come from the defaults. */
export interface BoundInput {
    readonly messages?: number;
    readonly size?: BytesInput;
}

/** How a failed message is retried; missing fields come from the defaults. */
export interface RetryInput {
    /** All attempts, including the first. */
    readonly attempts?: number;
    readonly delay?: DurationInput;
    readonly delayLimit?: DurationInput;
}

/** One binding, or several that differ in their routing key. */
export interface SourceInput {
    readonly exchange: string;
    /** The routing key. Required if the exchange routes by it. */
    readonly key?: string;
    readonly keys?: readonly string[];
    /** A headers exchange matches messages by them. */
    readonly arguments?: Arguments;
}

interface AnyQueueInput {
    readonly name: string;
    /** An exchange, with its routing keys in `key` or `keys`; or a list of bindings. @default - no bindings */
    readonly from?: string | readonly SourceInput[];
    readonly key?: string;
    readonly keys?: readonly string[];
    /** Whether Pulumi refuses to delete or replace the queue. @default false */
    readonly retain?: boolean;
}

interface BoundedInput extends AnyQueueInput {
    /** Arguments of the binding to the exchange in `from`; a headers exchange matches messages by them. */
    readonly arguments?: Arguments;
    readonly bound?: BoundInput;
}

interface ConsumedInput extends BoundedInput {
    /** Whether only one consumer receives messages at a time, which keeps their order. @default false */
    readonly singleActiveConsumer?: boolean;
}

/** A queue for jobs that must be done, as plain data. */
export interface WorkInput extends ConsumedInput {
    readonly purpose: "work";
    /** Whether a full queue rejects publishes instead of dead-lettering its oldest messages. @default true */
    readonly critical?: boolean;
    readonly retry?: RetryInput;
    /** The time after which an unconsumed message is dead-lettered. @default "never" */
    readonly deadline?: DurationInput | "never";
    /** The maximum time of one job. @default "1 minute" */
    readonly jobLimit?: DurationInput;
}

/** A queue for short-lived messages, as plain data. */
export interface TransientInput extends ConsumedInput {
    readonly purpose: "transient";
    /** @default "1 minute" */
    readonly ttl?: DurationInput;
}

/** A queue for requests whose callers wait for a reply, as plain data. */
export interface RequestInput extends ConsumedInput {
    readonly purpose: "requests";
    /** The callers' timeout. @default "30 seconds" */
    readonly timeout?: DurationInput;
    /** The maximum time of one request. @default "1 minute" */
    readonly jobLimit?: DurationInput;
}

/** A queue for commands to every replica of a service, as plain data. */
export interface CommandInput extends BoundedInput {
    readonly purpose: "commands";
    /** How long the stream keeps a command, in whole seconds. @default "7 days" */
    readonly retention?: DurationInput;
}

/** A queue that keeps messages for an operator, as plain data. */
export interface ParkingInput extends BoundedInput {
    readonly purpose: "parking";
}

/** A queue or stream with RabbitMQ's own settings, as plain data. */
export interface PlainInput extends AnyQueueInput {
    readonly purpose: "plain";
    readonly type: QueueType;
    /** @default true */
    readonly durable?: boolean;
    /** @default false */
    readonly autoDelete?: boolean;
    /** The queue's arguments; immutable: changing one replaces the queue. @default - none */
    readonly arguments?: Arguments;
    /** The settings of the queue's policy, by policy key. @default - none, and no policy */
    readonly settings?: PolicyDefinition;
}

/** A queue as plain data. */
export type QueueInput = WorkInput | TransientInput | RequestInput | CommandInput | ParkingInput | PlainInput;
