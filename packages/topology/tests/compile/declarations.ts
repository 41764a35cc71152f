import type { Declaration, ExchangeDeclaration } from "../../src/declare/declaration.ts";
import type { QueueDeclaration, WorkQueue } from "../../src/declare/queueDeclaration.ts";
import { bytes, duration, type ExchangeType } from "../../src/model/index.ts";

const bound = { messages: 100, size: bytes("1 MiB") } as const;
const sources = [{ exchange: "in", routingKey: "key", arguments: {} }] as const;
const every = { name: "q", sources, bound, retain: false } as const;
const consumed = { ...every, singleActiveConsumer: false } as const;

/** An exchange that lasts. */
export function exchangeDeclaration(
    name: string,
    type: ExchangeType,
    alternate?: string,
): ExchangeDeclaration {
    return {
        name,
        type,
        ...(alternate !== undefined && { alternate }),
        durable: true,
        autoDelete: false,
        internal: false,
        arguments: {},
        settings: {},
    };
}

/** One queue declaration of each purpose, all named `q`. */
export const critical: WorkQueue = {
    ...consumed,
    purpose: "work",
    critical: true,
    retry: { attempts: 4, delay: duration("10 seconds"), delayLimit: duration("25 seconds") },
    jobLimit: duration("1 minute"),
};
export const transient: QueueDeclaration = {
    ...consumed,
    purpose: "transient",
    ttl: duration("30 seconds"),
};
export const requests: QueueDeclaration = {
    ...consumed,
    purpose: "requests",
    timeout: duration("5 seconds"),
    jobLimit: duration("1 minute"),
};
export const commands: QueueDeclaration = {
    ...every,
    purpose: "commands",
    retention: duration("2 days"),
};
export const parking: QueueDeclaration = { ...every, purpose: "parking" };

/** A declaration of the given queues and nothing else but the exchanges that they need. */
export function declarationOf(
    queues: readonly QueueDeclaration[],
    rest: Partial<Declaration> = {},
): Declaration {
    return {
        vhost: "v",
        exchanges: [
            exchangeDeclaration("in", "topic", "lost"),
            exchangeDeclaration("dead", "direct"),
            exchangeDeclaration("lost", "fanout"),
        ],
        queues,
        bindings: [],
        services: [],
        caps: true,
        deadLetterExchange: exchangeDeclaration("dead", "direct"),
        retryExchange: exchangeDeclaration("again", "topic", "lost"),
        replyExchange: exchangeDeclaration("answers", "topic"),
        ...rest,
    };
}
