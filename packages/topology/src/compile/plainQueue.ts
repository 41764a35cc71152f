import type { PlainQueue } from "../declare/queueDeclaration.ts";
import { queue } from "../model/index.ts";
import { bindingsOf, type CompiledQueue } from "./compiledQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

/** A queue or stream with RabbitMQ's own settings, which become its policy. Its purpose is unknown. */
export function compilePlainQueue(vhost: string, plain: PlainQueue): CompiledQueue {
    const { name, type, durable, autoDelete, retain, settings } = plain;
    return {
        queues: [queue(vhost, name, type, { durable, autoDelete, retain, arguments: plain.arguments })],
        bindings: bindingsOf(vhost, plain),
        policies:
            Object.keys(settings).length === 0 ? [] : [queuePolicy(vhost, name, type, "plain", settings)],
    };
}
