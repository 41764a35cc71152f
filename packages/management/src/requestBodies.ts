/** Arguments by name, as JSON. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A user to create or change. */
export interface UserBody {
    readonly password: string;
    readonly tags: readonly string[];
}

/** A user's permissions in a virtual host: regular expressions for names. */
export interface PermissionsBody {
    readonly configure: string;
    readonly write: string;
    readonly read: string;
}

/** Permissions by routing key on one topic exchange: regular expressions. */
export interface TopicPermissionBody {
    readonly exchange: string;
    readonly write: string;
    readonly read: string;
}

/** An exchange to declare. */
export interface ExchangeBody {
    readonly type: string;
    readonly durable: boolean;
    readonly auto_delete: boolean;
    readonly arguments: Arguments;
}

/** A queue to declare. */
export interface QueueBody {
    readonly durable: boolean;
    readonly auto_delete: boolean;
    readonly arguments: Arguments;
}

/** The two ends of a binding. */
export interface BindingEnds {
    readonly source: string;
    readonly destination: string;
    readonly destinationType: "queue" | "exchange";
}

/** A binding to declare. */
export interface BindingBody extends BindingEnds {
    readonly routingKey: string;
    readonly arguments: Arguments;
}

/** A policy or operator policy to create or change. */
export interface PolicyBody {
    readonly pattern: string;
    readonly "apply-to": string;
    readonly priority: number;
    readonly definition: Arguments;
}

/** A message to publish. */
export interface PublishedMessage {
    readonly routingKey: string;
    readonly payload: string;
    /** @default "string" */
    readonly encoding?: "string" | "base64";
    readonly properties?: Arguments;
}

/** What the broker does with fetched messages. All modes except the first one change the queue for consumers. */
export type AckMode =
    | "ack_requeue_true"
    | "reject_requeue_true"
    | "ack_requeue_false"
    | "reject_requeue_false";
