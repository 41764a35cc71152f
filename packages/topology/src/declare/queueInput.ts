import type { Arguments } from "../model/arguments.ts";
import type { Duration, DurationText } from "../model/duration.ts";
import type { PolicyDefinition } from "../model/policy.ts";
import type { QueueType } from "../model/queue.ts";
import type { Bytes, BytesText } from "../model/size.ts";

/** A duration as it is written, such as `"30 seconds"`, or in milliseconds. */
export type DurationInput = DurationText | Duration;

/** A size as it is written, such as `"1 GiB"`, or in bytes. */
export type BytesInput = BytesText | Bytes;

/** The maximum length of a queue; what is left out comes from the defaults. */
export interface BoundInput {
    readonly messages?: number;
    readonly size?: BytesInput;
}

/** How a failed message is tried again; what is left out comes from the defaults. */
export interface RetryInput {
    /** All attempts, the first included. */
    readonly attempts?: number;
    readonly delay?: DurationInput;
    readonly delayLimit?: DurationInput;
}

/** One binding, or several that differ in their routing key. */
export interface SourceInput {
    readonly exchange: string;
    /** Required where the exchange routes by it. */
    readonly key?: string;
    readonly keys?: readonly string[];
    /** A headers exchange matches by them. */
    readonly arguments?: Arguments;
}

interface AnyQueueInput {
    readonly name: string;
    /** An exchange, whose routing keys stand in `key` or `keys`; or bindings in full. @default - no bindings */
    readonly from?: string | readonly SourceInput[];
    readonly key?: string;
    readonly keys?: readonly string[];
    /** Whether Pulumi refuses to delete or replace the queue. @default false */
    readonly retain?: boolean;
}

interface BoundedInput extends AnyQueueInput {
    /** Arguments of the binding to the exchange in `from`; a headers exchange matches by them. */
    readonly arguments?: Arguments;
    readonly bound?: BoundInput;
}

interface ConsumedInput extends BoundedInput {
    /** Whether only one consumer gets messages at a time, which keeps their order. @default false */
    readonly singleActiveConsumer?: boolean;
}

/** A queue for jobs that must be done, as plain data. */
export interface WorkInput extends ConsumedInput {
    readonly purpose: "work";
    /** Whether a full queue rejects what is published instead of dead-lettering its oldest messages. @default true */
    readonly critical?: boolean;
    readonly retry?: RetryInput;
    /** After how long a message that nothing consumed is dead-lettered. @default "never" */
    readonly deadline?: DurationInput | "never";
    /** How long one job may take. @default "1 minute" */
    readonly jobLimit?: DurationInput;
}

/** A queue for short-lived messages, as plain data. */
export interface TransientInput extends ConsumedInput {
    readonly purpose: "transient";
    /** @default "1 minute" */
    readonly ttl?: DurationInput;
}

/** A queue for requests whose senders wait, as plain data. */
export interface RequestInput extends ConsumedInput {
    readonly purpose: "requests";
    /** How long callers wait. @default "30 seconds" */
    readonly timeout?: DurationInput;
    /** How long one request may take. @default "1 minute" */
    readonly jobLimit?: DurationInput;
}

/** A queue for commands to every replica of a service, as plain data. */
export interface CommandInput extends BoundedInput {
    readonly purpose: "commands";
    /** How long a command can be read, in whole seconds. @default "7 days" */
    readonly retention?: DurationInput;
}

/** A queue that keeps messages for an operator, as plain data. */
export interface ParkingInput extends BoundedInput {
    readonly purpose: "parking";
}

/** A queue or stream in RabbitMQ's own settings, as plain data. */
export interface PlainInput extends AnyQueueInput {
    readonly purpose: "plain";
    readonly type: QueueType;
    /** @default true */
    readonly durable?: boolean;
    /** @default false */
    readonly autoDelete?: boolean;
    /** The queue's own arguments; immutable: changing one replaces the queue. @default - none */
    readonly arguments?: Arguments;
    /** Become the queue's policy, keyed as the broker spells them. @default - none, and no policy */
    readonly settings?: PolicyDefinition;
}

/** A queue as plain data. */
export type QueueInput = WorkInput | TransientInput | RequestInput | CommandInput | ParkingInput | PlainInput;
