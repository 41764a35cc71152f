import type { QueueArgs } from "@pulumi/rabbitmq";
import type { Queue } from "@spot-messaging/topology";
import { queueArgumentsJson } from "@spot-messaging/topology/provider";
import type { Plain } from "./plain.ts";

/**
 * A queue for the provider. The type is always set: the broker stores a type on every queue, and the provider plans a replacement for an
 * argument that it did not send. `argumentsJson`, because `arguments` turns every value into a string.
 */
export function toQueueArgs(queue: Queue): Plain<QueueArgs> {
    const { vhost, name, durable, autoDelete } = queue;
    return { vhost, name, settings: { durable, autoDelete, argumentsJson: queueArgumentsJson(queue) } };
}
