import type { QueueArgs } from "@pulumi/rabbitmq";
import type { Queue } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";

/**
 * A queue for the provider. The type is always written: the broker stores one on every queue, and a provider that finds an argument that it
 * did not send plans a replacement with every preview. As JSON, since the provider's other form turns every value into a string.
 */
export function toQueueArgs({
    vhost,
    name,
    type,
    durable,
    autoDelete,
    arguments: args,
}: Queue): Plain<QueueArgs> {
    const full = { ...args, "x-queue-type": type };
    return { vhost, name, settings: { durable, autoDelete, argumentsJson: JSON.stringify(full) } };
}
